import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Request, Reply } from './request.js';
import type { FastifyInstance } from 'fastify';

export function describeApi(app: NestFastifyApplication): OpenAPIObject {
  const document = new DocumentBuilder()
    .setTitle('Sampark')
    .setDescription(
      'Every page of Sampark, as JSON. Ask with `Accept: application/json` or a bearer token. A text that says what must not be kept of anybody is refused (422, errors with field, code `free_text.words` or `free_text.numbers`, and the text with what was found marked); where words are about something else, send `_not_about_person: true` beside it.',
    )
    .setVersion('1')
    .addBearerAuth()
    .build();
  return SwaggerModule.createDocument(app, document);
}

/** /api/openapi.json, made from the same input classes that check the requests. */
export function serveApi(app: NestFastifyApplication): void {
  const server = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  let text: string | undefined;
  server.get('/api/openapi.json', (_request: Request, reply: Reply) => {
    text ??= JSON.stringify(describeApi(app));
    return reply.type('application/json').send(text);
  });
}
