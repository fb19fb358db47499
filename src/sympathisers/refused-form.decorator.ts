import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Refused, Request } from '../platform/web/request.js';

/** The form that came back refused, or null: the page then shows whom it was mistaken for. */
export const RefusedForm = createParamDecorator(
  (_: unknown, context: ExecutionContext): Refused | null =>
    context.switchToHttp().getRequest<Request>().sampark.refused,
);
