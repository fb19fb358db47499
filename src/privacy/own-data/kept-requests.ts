import { Injectable } from '@nestjs/common';
import type { LinkActor } from '../../platform/database/actor.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { StopService } from '../../sympathisers/consent/stop.service.js';
import { ErasureRequests, PersonRequests, type RequestKind } from './ports.js';
import { Replies } from './replies.service.js';

/** What a person asks waits with the replies, until the register of requests takes it. */
@Injectable()
export class KeptRequests extends PersonRequests {
  constructor(private readonly replies: Replies) {
    super();
  }

  open(actor: LinkActor, { kind, words }: { personId: string; kind: RequestKind; words: string }): Promise<string> {
    return this.replies.keepOwn(actor, kind, words);
  }
}

/** Everything stops at once; the erasing itself waits with the replies, until it is done by itself. */
@Injectable()
export class KeptErasures extends ErasureRequests {
  constructor(
    private readonly work: UnitOfWork,
    private readonly replies: Replies,
    private readonly stops: StopService,
  ) {
    super();
  }

  ask(actor: LinkActor, personId: string): Promise<void> {
    return this.work.run(actor, async () => {
      await this.replies.keepOwn(actor, 'erasure', null);
      await this.stops.stop(actor, personId, 'link');
    });
  }
}
