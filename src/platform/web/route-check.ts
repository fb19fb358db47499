import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { ALLOW, PUBLIC } from './allow.decorator.js';

/** Fail closed: a route that says neither who may use it nor that everybody may stops the boot. */
@Injectable()
export class RouteCheck implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  onModuleInit() {
    const undecided: string[] = [];
    for (const { instance, metatype } of this.discovery.getControllers()) {
      if (!instance) continue;
      const prototype = Object.getPrototypeOf(instance) as Record<string, unknown>;
      for (const name of this.scanner.getAllMethodNames(prototype)) {
        const handler = prototype[name] as object;
        if (!Reflect.hasMetadata('path', handler)) continue;
        if (!Reflect.hasMetadata(ALLOW, handler) && !Reflect.hasMetadata(PUBLIC, handler))
          undecided.push(`${metatype?.name ?? '?'}.${name}`);
      }
    }
    if (undecided.length) throw new Error(`Routes with neither @Allow nor @Public: ${undecided.join(', ')}`);
  }
}
