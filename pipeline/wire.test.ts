import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wireFixtures } from './io/testing/wire-fixtures.ts';
import { readChatEvent, readEmbeddings, readErrorBody, readHealth, readSttFrame, sttMessage } from './wire.ts';

interface SttCase {
  readonly name: string;
  readonly frame: string;
  readonly verdict: 'accept' | 'ignore' | 'refuse';
  readonly value?: object;
}
interface SttClientCase {
  readonly text?: string;
  readonly verdict: string;
}
interface EmbeddingCase {
  readonly name: string;
  readonly inputs: number;
  readonly reply: string;
  readonly verdict: string;
  readonly vectors?: number[][];
}
interface HealthCase {
  readonly name: string;
  readonly status: number;
  readonly body: string;
  readonly ready: boolean;
  readonly reason?: string;
  readonly service?: string;
}

const kinds = { accept: 'read', ignore: 'ignored', refuse: 'bad' } as const;

describe('frames of the stt service', () => {
  for (const { name, frame, verdict, value } of wireFixtures<SttCase>('stt-server-frames.json').cases) {
    it(name, () => {
      const reading = readSttFrame(frame);
      expect(reading.kind).toBe(kinds[verdict]);
      if (value !== undefined) expect(reading).toMatchObject({ value });
    });
  }

  it('never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        readSttFrame(text);
        readChatEvent(text);
        readEmbeddings(text, 1);
        readHealth(200, text);
        expect(readErrorBody(text).length).toBeLessThanOrEqual(200);
      }),
    );
  });
});

describe('frames to the stt service', () => {
  const known = wireFixtures<SttClientCase>('stt-client-frames.json')
    .cases.filter((one) => one.verdict === 'accept')
    .map((one) => one.text);
  it('are those of the protocol', () => {
    expect(known).toContain(sttMessage.pause(7));
    expect(known).toContain(sttMessage.judgeTurn(7, 500.2));
    expect(known).toContain(sttMessage.reset());
    expect(known).toContain(sttMessage.config({ partials: false }));
  });
});

describe('replies of /v1/embeddings', () => {
  for (const { name, inputs, reply, verdict, vectors } of wireFixtures<EmbeddingCase>('embeddings.json').cases) {
    it(name, () => {
      const reading = readEmbeddings(reply, inputs);
      expect(reading.kind).toBe(verdict === 'accept' ? 'read' : 'bad');
      if (reading.kind === 'read' && vectors !== undefined)
        expect(reading.value.map((vector) => [...vector].map((x) => Math.round(x * 1e6) / 1e6))).toEqual(vectors);
    });
  }
});

describe('replies of /health', () => {
  for (const { name, status, body, ready, reason, service } of wireFixtures<HealthCase>('health.json').cases) {
    it(name, () => {
      const health = readHealth(status, body);
      expect(health.ready).toBe(ready);
      if (reason !== undefined) expect(health.reason).toBe(reason);
      if (service !== undefined) expect(health.service).toBe(service);
      if (!ready) expect(health.reason).toBeTruthy();
    });
  }
});
