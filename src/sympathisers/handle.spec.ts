import { describe, expect, it } from '@jest/globals';
import { parseHandle } from './handle.js';
import { platformByCode, PLATFORMS } from './platforms.js';

describe('parseHandle', () => {
  it.each([
    ['X', 'https://twitter.com/Asha_1?s=20', 'x', 'asha_1'],
    ['X', 'https://x.com/asha_1/status/123', 'x', 'asha_1'],
    ['Twitter', '@ASHA_1', 'x', 'asha_1'],
    ['ट्विटर', 'https://mobile.twitter.com/asha_1/', 'x', 'asha_1'],
    ['', 'https://twitter.com/intent/user?screen_name=Asha_1', 'x', 'asha_1'],
    ['Facebook', 'https://m.facebook.com/asha_1?ref=1', 'facebook', 'asha_1'],
    ['फ़ेसबुक', 'fb.com/asha_1', 'facebook', 'asha_1'],
    ['फेसबुक', 'https://www.facebook.com/asha_1/', 'facebook', 'asha_1'],
    ['fb', 'asha.devi', 'facebook', 'asha.devi'],
    ['Instagram', 'instagram.com/ASHA_1?igsh=abc', 'instagram', 'asha_1'],
    ['YouTube', 'https://youtube.com/@asha_1', 'youtube', 'asha_1'],
    ['यूट्यूब', 'HTTPS://WWW.YOUTUBE.COM/c/Asha_1/videos', 'youtube', 'asha_1'],
    ['YouTube', 'https://youtube.com/@%E0%A4%86%E0%A4%B6%E0%A4%BE', 'youtube', 'आशा'],
    ['Telegram', 'https://t.me/asha_1', 'telegram', 'asha_1'],
    ['', 't.me/s/asha_1', 'telegram', 'asha_1'],
    ['ShareChat', 'https://sharechat.com/profile/asha_1', 'sharechat', 'asha_1'],
    ['शेयरचैट', ' asha_1 ', 'sharechat', 'asha_1'],
    ['Koo', 'https://www.kooapp.com/profile/asha_1', 'koo', 'asha_1'],
    ['WhatsApp', '60000-00123', 'whatsapp', '+916000000123'],
    ['व्हाट्सएप', '६००००००१२३', 'whatsapp', '+916000000123'],
    ['', 'https://wa.me/916000000123?text=hi', 'whatsapp', '+916000000123'],
    ['', 'https://api.whatsapp.com/send?phone=916000000123', 'whatsapp', '+916000000123'],
    ['', 'wa.me/447911123456', 'whatsapp', '+447911123456'],
    ['WhatsApp', '@asha.1', 'whatsapp', 'asha.1'],
  ])('reads %j, %j', (platformText, text, platform, handle) => {
    expect(parseHandle(platformText, text)).toMatchObject({ platform, handle });
  });

  it("keeps the platform's own id where a link has one, in the spelling that the link needs", () => {
    const channel = 'UCabcdefghijklmnopqrstuV';
    const found = parseHandle('', `https://www.youtube.com/channel/${channel}`);
    expect(found).toEqual({ platform: 'youtube', handle: channel.toLowerCase(), platformId: channel });
    expect(platformByCode('youtube')!.profileLink(channel.toLowerCase(), channel)).toContain(`/channel/${channel}`);
    const facebook = { platform: 'facebook', handle: '1000012345', platformId: '1000012345' };
    expect(parseHandle('Facebook', 'https://www.facebook.com/profile.php?id=1000012345')).toEqual(facebook);
    expect(parseHandle('', 'https://facebook.com/people/Asha-Devi/1000012345/')).toEqual(facebook);
  });

  it.each([
    ['X', '@asha.devi', 'odd_handle'],
    ['X', '@a_handle_longer_than_fifteen', 'odd_handle'],
    ['Facebook', 'https://fb.com/asha_1', 'odd_handle'],
    ['Telegram', 'abc', 'odd_handle'],
    ['X', '@asha_devi', undefined],
    ['YouTube', '@आशा', undefined],
    ['Facebook', 'https://facebook.com/people/Asha/1000012345', undefined],
    ['Koo', 'whatever.it-is', undefined],
  ])('takes what breaks the rule of its platform, with a warning: %s %s', (platformText, text, warning) => {
    const found = parseHandle(platformText, text);
    expect(found.problem).toBeUndefined();
    expect(found.warning).toBe(warning);
  });

  it('believes a link more than the column beside it, and says so', () => {
    const found = { platform: 'telegram', handle: 'asha_1', warning: 'platform_mismatch' };
    expect(parseHandle('Facebook', 'https://t.me/asha_1')).toEqual(found);
  });

  it.each([
    ['Facebook', 'Asha Devi', 'bad_handle'],
    ['Facebook', '@', 'bad_handle'],
    ['Facebook', 'facebook.com', 'bad_handle'],
    ['Facebook', 'https://facebook.com/groups/123', 'bad_handle'],
    ['Facebook', 'https://example.org/asha', 'bad_handle'],
    ['YouTube', 'https://youtube.com/watch?v=abc', 'bad_handle'],
    ['Instagram', 'https://instagram.com/p/abc', 'bad_handle'],
    ['Telegram', 'https://t.me/+AbCdEf', 'bad_handle'],
    ['X', 'https://x.com/home', 'bad_handle'],
    ['WhatsApp', 'asha', 'bad_whatsapp'],
    ['WhatsApp', 'https://chat.whatsapp.com/AbCdEf', 'bad_whatsapp'],
    ['WhatsApp', '9.19876E+11', 'bad_whatsapp'],
    ['', 'asha_1', 'no_platform'],
    ['Orkut', 'asha_1', 'unknown_platform'],
    ['', 'https://example.org/asha', 'unknown_platform'],
  ])('refuses %j, %j', (platformText, text, problem) => {
    expect(parseHandle(platformText, text)).toEqual({ problem });
  });
});

describe('PLATFORMS', () => {
  it.each(PLATFORMS.filter(({ code }) => code !== 'whatsapp').map((platform) => [platform.code, platform] as const))(
    'links to a profile on %s that is read back',
    (code, platform) => {
      expect(parseHandle('', platform.profileLink('asha_1')!)).toMatchObject({ platform: code, handle: 'asha_1' });
    },
  );

  it('opens a chat with the text ready where the platform can', () => {
    const link = platformByCode('whatsapp')!.chatLink('+916000000123', 'नमस्ते & welcome');
    expect(link).toBe(`https://wa.me/916000000123?text=${encodeURIComponent('नमस्ते & welcome')}`);
    expect(platformByCode('whatsapp')!.chatLink('asha.1')).toBeNull();
    expect(platformByCode('telegram')!.chatLink('asha_1')).toBe('https://t.me/asha_1');
    expect(platformByCode('x')!.chatLink('asha_1')).toBeNull();
  });
});
