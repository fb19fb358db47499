import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { wantsPage, type Request } from '../platform/web/request.js';

/** Whether a page is wanted: a program is spared what only forms need. */
export const ForPage = createParamDecorator((_: unknown, context: ExecutionContext) =>
  wantsPage(context.switchToHttp().getRequest<Request>()),
);
