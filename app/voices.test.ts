import { describe, expect, it } from 'vitest';
import { catalogueVoices, whyNoSuchVoice, whyNotSpoken } from './voices.ts';

describe('voices', () => {
  const known = catalogueVoices();

  it('come from the catalogue that the set-up fetches', () => {
    expect(known).toContain('af_heart');
    expect(known.length).toBeGreaterThan(50);
  });

  it('a mistyped one is named with the nearest', () => {
    expect(whyNoSuchVoice('af_heart', 'local', known)).toBeUndefined();
    expect(whyNoSuchVoice('af_hart', 'local', known)).toContain('did you mean af_heart?');
    expect(whyNoSuchVoice('Rachel', 'local', ['af_heart', 'bf_emma'])).toBe('there is no such voice (there are af_heart, bf_emma)');
  });

  it('with ElevenLabs an id is taken, and a local name that there is', () => {
    expect(whyNoSuchVoice('21m00Tcm4TlvDq8ikWAM', 'elevenlabs', known)).toBeUndefined();
    expect(whyNoSuchVoice('af_heart', 'elevenlabs', known)).toBeUndefined();
    expect(whyNoSuchVoice('af_hart', 'elevenlabs', known)).toContain('must be the id of an ElevenLabs voice');
  });

  it('a mix is there if each of its voices is', () => {
    const known = ['af_heart', 'af_nicole'];
    expect(whyNoSuchVoice('af_heart:0.8,af_nicole:0.2', 'local', known)).toBeUndefined();
    expect(whyNoSuchVoice('af_heart:0.8,af_nicola:0.2', 'local', known)).toMatch(/no such voice; did you mean af_nicole/);
    for (const odd of ['af_heart:', 'af_heart:0,af_nicole:1', 'af_heart,af_nicole', 'af_heart:x,af_nicole:1'])
      expect(whyNoSuchVoice(odd, 'local', known)).toMatch(/no such voice: a mix is up to four voices, each with its weight/);
    const list = { voices: known, engines: ['auto'], languages: ['en-us'] };
    expect(whyNotSpoken({ voice: 'af_heart', calmVoice: 'af_sky:1,af_heart:1', language: 'en-us' }, list)).toEqual([
      expect.stringMatching(/^calmVoice = "af_sky:1,af_heart:1": there is no such voice/),
    ]);
  });

  it('a running service is asked for voices and languages', () => {
    const list = { voices: ['af_heart', 'ff_siwis'], engines: ['auto', 'kokoro'], languages: ['en-us', 'en-gb'] };
    expect(whyNotSpoken({ voice: 'af_heart', language: 'en-us' }, list)).toEqual([]);
    expect(whyNotSpoken({ voice: 'af_heart', language: 'en' }, list)).toEqual([]);
    expect(whyNotSpoken({ voice: 'gone', language: 'fr' }, list)).toEqual([
      expect.stringContaining('voice = "gone"'),
      expect.stringContaining('language = "fr": the voice service speaks en-us, en-gb only'),
    ]);
    expect(whyNotSpoken({ voice: 'af_heart', language: 'fr' }, { ...list, languages: [] })).toEqual([]);
    expect(whyNotSpoken({ voice: 'gone', language: 'en' }, { ...list, engines: ['elevenlabs'] })).toEqual([
      expect.stringContaining('ElevenLabs'),
    ]);
  });
});
