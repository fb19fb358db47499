import { Injectable } from '@nestjs/common';
import { NotFound } from '../../platform/errors.js';
import { OwnLinks, type OwnLink } from '../../sympathisers/own-links.js';
import { OwnDataService } from './own-data.service.js';

/** Who holds the link to somebody's own data, by what stands in the address. */
@Injectable()
export class LinkHolder {
  constructor(
    private readonly links: OwnLinks,
    private readonly acts: OwnDataService,
  ) {}

  /** @throws NotFound for a link that isn't right, or no longer works */
  async known(token: string): Promise<OwnLink> {
    const link = await this.links.holderOfData(token);
    if (!link) throw new NotFound('own_data.unknown_link');
    return link;
  }

  /** Who says something here is alive; who only looks may be a mail scanner. @throws NotFound, as above */
  async acting(token: string): Promise<OwnLink> {
    const link = await this.known(token);
    await this.acts.used(link);
    return link;
  }
}
