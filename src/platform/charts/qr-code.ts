import { encode } from 'uqr';

/** White around it, in modules: scanners need it (ISO/IEC 18004, 9.1). */
const QUIET = 4;

/** A QR code as SVG: dark on white in the dark as well, one path, no style. The words beside it say what it is. */
export function qrCode(text: string): string {
  const { data, size } = encode(text, { ecc: 'M', border: QUIET });
  const runs = data.flatMap((row, y) =>
    [
      ...row
        .map((dark) => (dark ? '1' : '0'))
        .join('')
        .matchAll(/1+/g),
    ].map((run) => `M${run.index} ${y}h${run[0].length}v1h-${run[0].length}z`),
  );
  return `<svg viewBox="0 0 ${size} ${size}" width="232" height="232" aria-hidden="true" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h${size}v${size}H0z"/><path fill="#000" d="${runs.join('')}"/></svg>`;
}
