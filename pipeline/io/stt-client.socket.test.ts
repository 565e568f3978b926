import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ms } from '#domain/units';
import type { SttEvent, SttSession } from '../ports.ts';
import { serviceOptions } from '../service-options.ts';
import { createSttClient } from './stt-client.ts';
import { clientParts } from './test-parts.ts';
import { deadPort } from './testing/http-stand-in.ts';

const parts = clientParts();
let server: WebSocketServer;
let url: string;
let received: (string | number)[];
let onMessage: (socket: WebSocket, message: string | number) => void;
let call: AbortController;

beforeEach(async () => {
  received = [];
  onMessage = () => {};
  call = new AbortController();
  server = new WebSocketServer({ host: '127.0.0.1', port: 0, path: '/ws/stt' });
  server.on('connection', (socket) => {
    socket.on('error', () => {});
    socket.on('message', (data: Buffer, isBinary) => {
      const message = isBinary ? data.length : data.toString();
      received.push(message);
      onMessage(socket, message);
    });
  });
  await new Promise((resolve) => server.once('listening', resolve));
  url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws/stt`;
});

afterEach(async () => {
  call.abort();
  for (const socket of server.clients) socket.terminate();
  await new Promise((resolve) => server.close(resolve));
});

function open(to = url): { readonly session: SttSession; readonly next: (kind: SttEvent['kind']) => Promise<SttEvent> } {
  const waiting: { kind: string; resolve: (event: SttEvent) => void }[] = [];
  const early: SttEvent[] = [];
  const session = createSttClient({ ...serviceOptions.parse({}).stt, url: to, backoffMs: 10, ...parts }).open(
    { language: 'en' },
    (event) => {
      const at = waiting.findIndex((one) => one.kind === event.kind);
      if (at >= 0) waiting.splice(at, 1)[0]?.resolve(event);
      else early.push(event);
    },
    call.signal,
  );
  return {
    session,
    next: (kind) => {
      const at = early.findIndex((event) => event.kind === kind);
      const [event] = at < 0 ? [] : early.splice(at, 1);
      return event === undefined ? new Promise((resolve) => waiting.push({ kind, resolve })) : Promise.resolve(event);
    },
  };
}

describe('the stt client', () => {
  it('sends audio and pauses, and reports what comes', async () => {
    onMessage = (socket, message) => {
      if (message === 640) socket.send('{"type":"partial","text":"hel"}');
      if (typeof message === 'string' && message.includes('"pause":7')) {
        socket.send('{"type":"turn","pause":7,"probability":0.9,"silenceMs":200}');
        socket.send('{"type":"final","text":"hello","pause":7,"confidence":0.8,"noSpeechProb":0.1,"audioMs":20,"decodeMs":5}');
      }
    };
    const { session, next } = open();
    const pcm = new Int16Array(320).fill(5);
    session.sendAudio(pcm);
    pcm.fill(0);
    session.pause(7);
    expect(await next('partial')).toEqual({ kind: 'partial', text: 'hel' });
    expect(await next('turn-probability')).toEqual({ kind: 'turn-probability', pause: 7, probability: 0.9, silenceMs: 200 });
    expect(await next('final')).toEqual({
      kind: 'final',
      pause: 7,
      text: 'hello',
      confidence: 0.8,
      noSpeech: 0.1,
      audioMs: 20,
      decodeMs: 5,
    });
    expect(received).toEqual(['{"config":{"language":"en","partials":true,"turn":true}}', 640, '{"silence":true,"pause":7,"keep":true}']);
  });

  it('splits audio that is longer than a frame may be', async () => {
    onMessage = (socket, message) => {
      if (typeof message === 'string' && message.includes('silence')) socket.send('{"type":"final","text":"x","pause":1}');
    };
    const { session, next } = open();
    session.sendAudio(new Int16Array(40_000));
    session.pause(1);
    await next('final');
    expect(received.slice(1, 3)).toEqual([64_000, 16_000]);
  });

  it('a session cut in mid-utterance says so and works again', async () => {
    let cut = false;
    onMessage = (socket, message) => {
      if (message === 640 && !cut) {
        cut = true;
        socket.terminate();
      } else if (typeof message === 'string' && message.includes('"pause":2')) socket.send('{"type":"final","text":"again","pause":2}');
    };
    const { session, next } = open();
    session.sendAudio(new Int16Array(320));
    expect(await next('fault')).toMatchObject({ code: 'STT_CUT' });
    session.pause(2);
    expect(await next('final')).toMatchObject({ text: 'again' });
  });

  it('a reply too long to be one is refused', async () => {
    onMessage = (socket, message) => {
      if (message === 640) socket.send('x'.repeat(1_000_000));
    };
    const { session, next } = open();
    session.sendAudio(new Int16Array(320));
    expect(await next('fault')).toMatchObject({ code: 'STT_BAD_REPLY' });
  });

  it('a full service is said to be so', async () => {
    onMessage = (socket) => {
      socket.send('{"type":"error","code":"FULL","message":"full"}');
      socket.close(1013);
    };
    const { session, next } = open();
    session.pause(1);
    expect(((await next('fault')) as { code: string }).code).toMatch(/^STT_(UNAVAILABLE|REFUSED)$/);
  });

  it('nobody there: faults and no exception, and the end of the call ends it', async () => {
    const { session, next } = open(`ws://127.0.0.1:${await deadPort()}/ws/stt`);
    session.sendAudio(new Int16Array(320));
    session.pause(1);
    expect(((await next('fault')) as { code: string }).code).toMatch(/^STT_(UNREACHABLE|UNAVAILABLE)$/);
    session.judgeTurn(1, ms(400));
    session.configure({ language: 'de' });
    session.reset();
    call.abort();
    session.close();
    session.sendAudio(new Int16Array(320));
  });

  it('a wrong path is nobody there', async () => {
    const { session, next } = open(url.replace('/ws/stt', '/other'));
    session.pause(1);
    expect(await next('fault')).toMatchObject({ code: 'STT_UNREACHABLE' });
  });
});
