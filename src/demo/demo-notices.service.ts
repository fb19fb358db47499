import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import type { SystemActor } from '../platform/database/actor.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { PrivacyNotice } from '../sympathisers/privacy-notices/privacy-notice.entity.js';
import { PrivacyNoticesService } from '../sympathisers/privacy-notices/privacy-notices.service.js';

/** What only the organisation itself knows, invented. */
const OFFICE: Record<string, { responsible: string; complaint: string }> = {
  en: {
    responsible: 'State office, Lucknow. Data protection officer: officer@demo.example',
    complaint: 'First to our officer: officer@demo.example. Then to the Data Protection Board of India.',
  },
  hi: {
    responsible: 'प्रदेश कार्यालय, लखनऊ। डेटा संरक्षण अधिकारी: officer@demo.example',
    complaint: 'पहले हमारे अधिकारी को लिखें: officer@demo.example। फिर भारत के डेटा संरक्षण बोर्ड को।',
  },
};

/** The officer's first day: the shipped drafts are completed and published. */
@Injectable()
export class DemoNotices {
  constructor(
    private readonly work: UnitOfWork,
    private readonly notices: PrivacyNoticesService,
  ) {}

  async publish(actor: SystemActor): Promise<void> {
    const drafts = await this.work.run(actor, (tx) =>
      tx.findAll(PrivacyNotice, { where: { publishedAt: IsNull() }, order: { id: 'ASC' } }),
    );
    for (const { id, texts } of drafts) {
      for (const [language, text] of Object.entries(texts))
        await this.notices.write(actor, id, language, { ...text, ...OFFICE[language] });
      await this.notices.publish(actor, id, 0);
    }
  }
}
