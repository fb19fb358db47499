import { ValidateBy } from 'class-validator';

/** Relative luminance (WCAG 2.2, "relative luminance"), 0 to 1. */
function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const share = parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

/** Contrast against white, 1 to 21. */
export const contrastWithWhite = (colour: string): number => 1.05 / (luminance(colour) + 0.05);

/** `#rrggbb` that white text can stand on, and that can stand on our lightest tint of it: 5.5 to 1 leaves room for that. */
export const IsReadableColour = (): PropertyDecorator =>
  ValidateBy({
    name: 'isReadableColour',
    validator: {
      validate: (value: unknown) =>
        typeof value === 'string' && /^#[0-9a-f]{6}$/i.test(value) && contrastWithWhite(value) >= 5.5,
      defaultMessage: () => 'must be a colour like #a3195b, dark enough to be read on white (contrast 5.5 or more)',
    },
  });
