import { SetMetadata } from '@nestjs/common';

export const VIEW = 'sampark:view';

export interface ViewOptions {
  template: string;
  /** `app`: the signed-in frame. `public`: one column for people without an account. */
  layout: 'app' | 'public';
}

/** The page of a route, templates/pages/<name>.hbs; the same model goes out as JSON where that is asked for. */
export const View = (template: string, layout: ViewOptions['layout'] = 'app') =>
  SetMetadata(VIEW, { template, layout } satisfies ViewOptions);
