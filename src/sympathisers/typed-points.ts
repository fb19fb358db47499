import type { PointsDto } from './sympathisers.dto.js';

/** Phones, mails and identities out of a form or a program's body. */
export function typedPoints(dto: PointsDto): {
  phones: string[];
  emails: string[];
  identities: { platform: string; handle: string }[];
} {
  const identities = (dto.identities ?? []).map(({ platform, handle }) => ({ platform: platform ?? '', handle }));
  if (dto.handle) identities.push({ platform: dto.platform ?? '', handle: dto.handle });
  const phones = dto.phones ?? [];
  // A number that can't be read is told of once, as a phone.
  if (dto.onWhatsapp) identities.push(...phones.map((handle) => ({ platform: 'whatsapp', handle })));
  return { phones: dto.onWhatsapp ? [] : phones, emails: dto.emails ?? [], identities };
}
