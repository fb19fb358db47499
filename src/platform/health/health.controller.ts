import { Controller, Get, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { migrations } from '../../../migrations/index.js';
import { Public } from '../web/allow.decorator.js';
import type { Reply } from '../web/request.js';

/** For a load balancer: /healthz says the process is alive, /readyz that it can serve. */
@ApiExcludeController()
@Controller()
export class HealthController {
  constructor(private readonly dataSource: DataSource) {}

  @Get('healthz')
  @Public()
  alive(@Res() reply: Reply) {
    return reply.send({ status: 'alive' });
  }

  @Get('readyz')
  @Public()
  async ready(@Res() reply: Reply) {
    const checks = { database: false, migrations: false, queue: false };
    try {
      const [row] = await this.dataSource.query<{ done: string }[]>('SELECT count(*) AS done FROM migrations');
      checks.database = true;
      checks.migrations = Number(row!.done) === migrations.length;
      await this.dataSource.query('SELECT queue.waiting()');
      checks.queue = true;
    } catch {
      // What failed is in the answer.
    }
    const ready = Object.values(checks).every(Boolean);
    await reply.status(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not ready', checks });
  }
}
