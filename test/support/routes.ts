import { RequestMethod } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import type { Sampark } from './sampark.js';

/** As the controllers declare them, e.g. `GET /teams/:id`. */
export function routesOf(program: Sampark): string[] {
  const scanner = program.get(MetadataScanner);
  const paths = (target: object) => [Reflect.getMetadata('path', target) as string | string[]].flat();
  return program
    .get(DiscoveryService)
    .getControllers()
    .flatMap(({ metatype, instance }) => {
      const prototype = Object.getPrototypeOf(instance) as Record<string, object>;
      return scanner.getAllMethodNames(prototype).flatMap((name) => {
        const handler = prototype[name]!;
        if (!Reflect.hasMetadata('path', handler)) return [];
        const method = RequestMethod[Reflect.getMetadata('method', handler) as number]!;
        return paths(metatype as object).flatMap((base) =>
          paths(handler).map(
            (rest) =>
              `${method} /${[base, rest]
                .map((part) => part.replace(/^\/|\/$/g, ''))
                .filter(Boolean)
                .join('/')}`,
          ),
        );
      });
    });
}
