/** Where a form wants its reader afterwards: a plain path of ours, or `otherwise`. */
export const returnTo = (wanted: string | undefined, otherwise: string): string =>
  wanted && /^\/(?!\/)[\w/-]*(\?[\w=&-]*)?$/.test(wanted) ? wanted : otherwise;
