import { describe, expect, it } from 'vitest';
import type { SpeechRequest } from '../ports.ts';
import { createServiceClients } from './service-clients.ts';
import { clientParts, collect, quickOptions } from './test-parts.ts';
import { httpStandIn } from './testing/http-stand-in.ts';
import { wireFixtures } from './testing/wire-fixtures.ts';

const never = new AbortController().signal;
const request: SpeechRequest = {
  text: 'Hello.',
  voice: 'af_heart',
  speed: 1,
  language: 'en-us',
  deadlineMs: 12.7,
  first: true,
  last: false,
};
const pcm = (samples: readonly number[]): Buffer => {
  const head = Buffer.alloc(4);
  head.writeUInt32LE(samples.length * 2);
  return Buffer.concat([head, Buffer.from(Int16Array.from(samples).buffer)]);
};

describe('the tts client', () => {
  interface Case {
    readonly name: string;
    readonly hex: string;
    readonly samples: readonly number[];
    readonly ends: string;
  }
  const codes: Record<string, string | undefined> = { cut: 'TTS_CUT', bad: 'TTS_BAD_REPLY' };

  it('reads every stream of the fixtures', async () => {
    const { cases } = wireFixtures<Case>('tts-streams.json');
    await using server = await httpStandIn((_request, response, body) => {
      const found = cases.find((one) => one.name === (JSON.parse(body) as { text: string }).text);
      response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(Buffer.from(found?.hex ?? '', 'hex'));
    });
    const { tts, close } = createServiceClients(quickOptions(server.url), clientParts());
    for (const { name, samples, ends } of cases) {
      const { pieces, code } = await collect(tts.speak({ ...request, text: name }, never));
      expect([name, pieces.flatMap((piece) => [...piece]), code]).toEqual([name, samples, codes[ends]]);
    }
    await close();
  });

  it('asks as the protocol says, and uses its connection again', async () => {
    await using server = await httpStandIn((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/octet-stream' }).write(pcm([1, 2]));
      response.end(Buffer.alloc(4));
    });
    const { tts, close } = createServiceClients(quickOptions(server.url), clientParts());
    for (let i = 0; i < 3; i++) expect((await collect(tts.speak(request, never))).code).toBeUndefined();
    expect(JSON.parse(server.bodies[0] ?? '')).toEqual({
      text: 'Hello.',
      voice: 'af_heart',
      speed: 1,
      language: 'en-us',
      deadlineMs: 13,
      first: true,
      last: false,
    });
    // The end of a body is read aside, so the second request may have come before that.
    expect(server.connections).toBeLessThanOrEqual(2);
    await close();
  });

  it('speaks in the voice of the service where that refuses what a persona asks for: a mistyped voice made every call silent', async () => {
    await using server = await httpStandIn((_request, response, body) => {
      const { voice, language } = JSON.parse(body) as Partial<SpeechRequest>;
      if (voice === 'af_hart' || language === 'xx-xx')
        return void response.writeHead(400).end(JSON.stringify({ error: { code: 'UNKNOWN_VOICE', message: 'no such voice' } }));
      response.writeHead(200, { 'content-type': 'application/octet-stream' }).write(pcm([1, 2]));
      response.end(Buffer.alloc(4));
    });
    const parts = clientParts();
    const { tts, close } = createServiceClients(quickOptions(server.url), parts);
    for (const asked of [{ voice: 'af_hart' }, { voice: 'af_hart' }, { language: 'xx-xx' }, {}]) {
      const { pieces, code } = await collect(tts.speak({ ...request, ...asked }, never));
      expect([asked, code, pieces.flatMap((piece) => [...piece])]).toEqual([asked, undefined, [1, 2]]);
    }
    // Asked for once, then known: no call pays for it again.
    expect(server.bodies.map((body) => (JSON.parse(body) as Partial<SpeechRequest>).voice)).toEqual([
      'af_hart',
      undefined,
      undefined,
      'af_heart',
      undefined,
      'af_heart',
    ]);
    expect(parts.notes.filter(({ kind }) => kind === 'failed')).toEqual(
      Array.from({ length: 2 }, () => ({ kind: 'failed', service: 'tts', code: 'TTS_VOICE_REFUSED' })),
    );
    await close();
  });

  it('a text that the service refuses in every voice is a fault, and no voice is blamed', async () => {
    await using server = await httpStandIn((_request, response, body) => {
      if ((JSON.parse(body) as { text: string }).text === 'no') return void response.writeHead(400).end('{}');
      response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(Buffer.concat([pcm([1]), Buffer.alloc(4)]));
    });
    const { tts, close } = createServiceClients(quickOptions(server.url), clientParts());
    expect((await collect(tts.speak({ ...request, text: 'no' }, never))).code).toBe('TTS_HTTP');
    await collect(tts.speak(request, never));
    expect((JSON.parse(server.bodies.at(-1) ?? '') as Partial<SpeechRequest>).voice).toBe('af_heart');
    await close();
  });

  it('closes the connection when the turn is aborted in mid-stream', async () => {
    await using server = await httpStandIn((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/octet-stream' }).write(pcm([1, 2, 3]));
    });
    const { tts, close } = createServiceClients(quickOptions(server.url), clientParts());
    const turn = new AbortController();
    let heard = 0;
    await expect(
      (async () => {
        for await (const piece of tts.speak(request, turn.signal)) {
          heard += piece.length;
          turn.abort();
        }
      })(),
    ).rejects.toThrow(/abort/i);
    expect(heard).toBe(3);
    await server.cut;
    await close();
  });

  it('closes the connection when its consumer leaves', async () => {
    await using server = await httpStandIn((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/octet-stream' }).write(pcm([1, 2, 3]));
    });
    const { tts, close } = createServiceClients(quickOptions(server.url), clientParts());
    for await (const piece of tts.speak(request, never)) if (piece.length > 0) break;
    await expect(server.cut).resolves.toBeUndefined();
    await close();
  });

  it('gives up on audio that never ends', async () => {
    const chunk = pcm(new Array<number>(20_000).fill(7));
    await using server = await httpStandIn((_request, response) => {
      response.writeHead(200, { 'content-type': 'audio/pcm' });
      const pour = (): void => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on('drain', pour);
      pour();
    });
    const options = quickOptions(server.url);
    const { tts, close } = createServiceClients({ ...options, tts: { ...options.tts, maxAudioMs: 5000 } }, clientParts());
    expect((await collect(tts.speak(request, never))).code).toBe('TTS_BAD_REPLY');
    await server.cut;
    await close();
  });

  it('a slow consumer is not taken for a slow service', async () => {
    await using server = await httpStandIn((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/octet-stream' }).write(pcm([1]));
      setTimeout(() => response.end(Buffer.concat([pcm([2]), Buffer.alloc(4)])), 5);
    });
    const { tts, close } = createServiceClients(quickOptions(server.url, { idleMs: 200 }), clientParts());
    const heard: number[] = [];
    for await (const piece of tts.speak(request, never)) {
      heard.push(...piece);
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    expect(heard).toEqual([1, 2]);
    await close();
  });
});
