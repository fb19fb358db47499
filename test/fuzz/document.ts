/** The part of OpenAPI 3 that the program's description uses. */
export interface Schema {
  $ref?: string;
  type?: string;
  format?: string;
  enum?: unknown[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  allOf?: Schema[];
}

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  schema: Schema;
}

export interface Operation {
  operationId: string;
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { description: string }>;
}

export interface OpenApi {
  openapi: string;
  info: { title: string; version: string };
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema>; securitySchemes: Record<string, unknown> };
}

export interface Call {
  method: 'GET' | 'POST';
  path: string;
  operation: Operation;
}

export const callsOf = (document: OpenApi): Call[] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase() as Call['method'],
      path,
      operation,
    })),
  );

/** What a reference stands for, as far down as it goes. */
export function resolve(document: OpenApi, schema: Schema): Schema {
  if (schema.allOf?.length === 1) return resolve(document, schema.allOf[0]!);
  const name = /^#\/components\/schemas\/(.+)$/.exec(schema.$ref ?? '')?.[1];
  if (!schema.$ref) return schema;
  const found = name && document.components.schemas[name];
  if (!found) throw new Error(`${schema.$ref} leads nowhere.`);
  return resolve(document, found);
}

/** What is wrong with the document by the rules of OpenAPI 3.0 that a generator of clients trips over. */
export function faultsOf(document: OpenApi): string[] {
  const faults: string[] = [];
  const check = (fine: unknown, fault: string) => fine || faults.push(fault);
  check(/^3\.[01]\.\d+$/.test(document.openapi), 'openapi: no version');
  check(document.info.title && document.info.version, 'info: no title or version');
  const ids = new Set<string>();
  for (const { method, path, operation } of callsOf(document)) {
    const at = `${method} ${path}`;
    check(path.startsWith('/') && !/\/$|\/\/|:/.test(path.slice(1)), `${at}: no path`);
    check(operation.operationId && !ids.has(operation.operationId), `${at}: operationId missing or not its own`);
    ids.add(operation.operationId);
    check(Object.keys(operation.responses ?? {}).length, `${at}: no responses`);
    for (const [status, response] of Object.entries(operation.responses ?? {}))
      check(/^([1-5]\d\d|default)$/.test(status) && typeof response.description === 'string', `${at}: ${status}`);
    const parameters = operation.parameters ?? [];
    const wanted = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!).sort();
    const given = parameters.filter((one) => one.in === 'path').map((one) => one.name);
    check(wanted.join() === given.sort().join(), `${at}: ${given.join()} for ${wanted.join()}`);
    for (const one of parameters) {
      check(['path', 'query', 'header'].includes(one.in) && one.schema, `${at}: parameter ${one.name}`);
      check(one.in !== 'path' || one.required, `${at}: ${one.name} is not required`);
    }
    const names = parameters.map((one) => `${one.in} ${one.name}`);
    check(new Set(names).size === names.length, `${at}: a parameter twice`);
    check(method !== 'GET' || !operation.requestBody, `${at}: a body`);
    const schemas = [
      ...parameters.map((one) => one.schema),
      ...Object.values(operation.requestBody?.content ?? {}).map(({ schema }) => schema),
    ];
    for (const schema of schemas) faults.push(...schemaFaults(document, schema, at));
  }
  for (const [name, schema] of Object.entries(document.components.schemas))
    faults.push(...schemaFaults(document, schema, name));
  return faults;
}

function schemaFaults(document: OpenApi, schema: Schema, at: string): string[] {
  if (schema.$ref) {
    try {
      resolve(document, schema);
      return [];
    } catch (error) {
      return [`${at}: ${(error as Error).message}`];
    }
  }
  if (schema.allOf) return schema.allOf.flatMap((one) => schemaFaults(document, one, at));
  const faults: string[] = [];
  if (!['string', 'integer', 'number', 'boolean', 'array', 'object'].includes(schema.type ?? ''))
    faults.push(`${at}: type ${schema.type}`);
  if (schema.type === 'array' && !schema.items) faults.push(`${at}: an array of what?`);
  for (const name of schema.required ?? [])
    if (!schema.properties?.[name]) faults.push(`${at}: requires ${name}, which it hasn't`);
  if (schema.items) faults.push(...schemaFaults(document, schema.items, `${at}[]`));
  for (const [name, one] of Object.entries(schema.properties ?? {}))
    faults.push(...schemaFaults(document, one, `${at}.${name}`));
  return faults;
}
