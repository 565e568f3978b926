import { describe, expect, it } from 'vitest';
import type { SpeechRequest } from '../ports.ts';
import { createServiceClients } from './service-clients.ts';
import { clientParts, collect, quickOptions } from './test-parts.ts';
import { deadPort, httpStandIn } from './testing/http-stand-in.ts';
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
const messages = [{ role: 'user', content: 'hi' }] as const;
const sse = (text: string): string => `data: ${JSON.stringify({ choices: [{ delta: { content: text } }] })}\n\n`;

describe('the llm client', () => {
  interface Case {
    readonly name: string;
    readonly transcript: string;
    readonly text: string;
    readonly ends: string;
    readonly contentType?: string;
  }
  const codes: Record<string, string | undefined> = { cut: 'LLM_CUT', bad: 'LLM_BAD_REPLY', error: 'LLM_BAD_REPLY' };

  it('reads every stream of the fixtures', async () => {
    const { cases } = wireFixtures<Case>('llm-streams.json');
    await using server = await httpStandIn((_request, response, body) => {
      const found = cases.find((one) => one.name === (JSON.parse(body) as { messages: { content: string }[] }).messages[0]?.content);
      response.writeHead(200, { 'content-type': found?.contentType ?? 'text/event-stream; charset=utf-8' }).end(found?.transcript);
    });
    const { llm, close } = createServiceClients(quickOptions(server.url), clientParts());
    for (const { name, text, ends } of cases) {
      const { pieces, code } = await collect(llm.reply([{ role: 'user', content: name }], never));
      expect([name, pieces.join(''), code]).toEqual([name, text, codes[ends]]);
    }
    await close();
  });

  it('asks as OpenAI says, with its key, whether the base has /v1 or not', async () => {
    const seen: (string | undefined)[] = [];
    await using server = await httpStandIn((incoming, response) => {
      seen.push(incoming.url, incoming.headers.authorization);
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end(`${sse('ok')}data: [DONE]\n\n`);
    });
    for (const base of [server.url, `${server.url}/v1/`]) {
      const options = quickOptions(base);
      const { llm, close } = createServiceClients(
        { ...options, llm: { ...options.llm, dialect: 'vllm', disableThinking: true } },
        { ...clientParts(), keys: { llm: 'k' } },
      );
      expect(await collect(llm.reply(messages, never))).toEqual({ pieces: ['ok'], code: undefined });
      await close();
    }
    expect(seen).toEqual(['/v1/chat/completions', 'Bearer k', '/v1/chat/completions', 'Bearer k']);
    expect(JSON.parse(server.bodies[0] ?? '')).toEqual({
      model: 'SmolLM2-135M-Instruct',
      messages,
      stream: true,
      temperature: 0.2,
      max_tokens: 80,
      chat_template_kwargs: { enable_thinking: false },
    });
  });

  it('a server that refuses tools answers without them: every question that knowledge lacked got an apology while /health said ready', async () => {
    await using server = await httpStandIn((_request, response, body) => {
      if (body.includes('"tools"'))
        return void response.writeHead(400).end(
          JSON.stringify({
            object: 'error',
            message: '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set',
            code: 400,
          }),
        );
      if (body.includes('"cache_prompt"'))
        return void response.writeHead(422).end('{"detail":"Extra inputs are not permitted: cache_prompt"}');
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end(`${sse('Ten dollars.')}data: [DONE]\n\n`);
    });
    const parts = clientParts();
    const { llm, close } = createServiceClients(quickOptions(server.url), parts);
    const tools = [{ name: 'book-room', description: 'Books.', parameters: { type: 'object' } }];
    const ask = async (): Promise<unknown> => {
      if (llm.replyWithTools === undefined) throw new Error('the client has no tools');
      return (await collect(llm.replyWithTools(messages, tools, never))).pieces;
    };
    expect(await ask()).toEqual([{ kind: 'text', delta: 'Ten dollars.' }]);
    expect(llm.refused).toEqual(['tools', 'cache_prompt']);
    expect(server.bodies).toHaveLength(3);
    // Known from now on.
    expect(await ask()).toEqual([{ kind: 'text', delta: 'Ten dollars.' }]);
    expect(server.bodies).toHaveLength(4);
    expect(parts.notes.filter(({ kind }) => kind === 'failed' || kind === 'breaker')).toEqual([]);
    await close();
  });

  it('finds out before the first call how a model thinks that begins in the middle of it', async () => {
    await using server = await httpStandIn((_request, response) => {
      response
        .writeHead(200, { 'content-type': 'text/event-stream' })
        .end(`${sse('They want to know whether I am there.')}${sse('</think>')}${sse('Yes.')}data: [DONE]\n\n`);
    });
    const { llm, close } = createServiceClients(quickOptions(server.url), clientParts());
    await llm.learn([], never);
    expect(await collect(llm.reply(messages, never))).toEqual({ pieces: ['Yes.'], code: undefined });
    await close();
  });

  it('prefills with one token and never throws', async () => {
    await using server = await httpStandIn((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end(`${sse('x')}data: [DONE]\n\n`);
    });
    const { llm, close } = createServiceClients(quickOptions(server.url), clientParts());
    await llm.warm(messages, never);
    expect(JSON.parse(server.bodies[0] ?? '')).toMatchObject({ max_tokens: 1, cache_prompt: true });
    await close();
    const dead = createServiceClients(quickOptions(`http://127.0.0.1:${await deadPort()}`), clientParts());
    await dead.llm.warm(messages, never);
    await dead.close();
  });

  it('no first word in time, and a standstill in the middle, are time-outs; keep-alive comments do not count', async () => {
    await using server = await httpStandIn((_request, response, body) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(': ping\n\n');
      if (body.includes('begin')) response.write(sse('Well'));
    });
    const { llm, close } = createServiceClients(quickOptions(server.url, { firstMs: 220, idleMs: 210 }), clientParts());
    expect(await collect(llm.reply(messages, never))).toEqual({ pieces: [], code: 'LLM_TIMEOUT' });
    expect(await collect(llm.reply([{ role: 'user', content: 'begin' }], never))).toEqual({ pieces: ['Well'], code: 'LLM_TIMEOUT' });
    await close();
  });

  it('a server that does not answer at all is a time-out too', async () => {
    await using server = await httpStandIn(() => {});
    const { llm, close } = createServiceClients(quickOptions(server.url, { firstMs: 210 }), clientParts());
    expect((await collect(llm.reply(messages, never))).code).toBe('LLM_TIMEOUT');
    await server.cut;
    await close();
  });

  it('cuts a reply that does not end', async () => {
    await using server = await httpStandIn((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const pour = (): void => {
        while (!response.destroyed && response.write(sse('word '.repeat(20))));
      };
      response.on('drain', pour);
      pour();
    });
    const options = quickOptions(server.url);
    const { llm, close } = createServiceClients({ ...options, llm: { ...options.llm, maxReplyChars: 1000 } }, clientParts());
    const { pieces, code } = await collect(llm.reply(messages, never));
    expect([pieces.join('').length, code]).toEqual([1000, undefined]);
    await server.cut;
    await close();
  });

  it('an abort before anything came ends at once', async () => {
    await using server = await httpStandIn(() => {});
    const { llm, close } = createServiceClients(quickOptions(server.url), clientParts());
    expect((await collect(llm.reply(messages, AbortSignal.abort()))).code).toBe('AbortError');
    const turn = new AbortController();
    const reply = collect(llm.reply(messages, turn.signal));
    setTimeout(() => turn.abort(), 10);
    expect((await reply).code).toBe('AbortError');
    await close();
  });
});

describe('the embedding client', () => {
  it('asks in batches and keeps the order', async () => {
    await using server = await httpStandIn((_request, response, body) => {
      const { input } = JSON.parse(body) as { input: string[] };
      const data = input.map((text, index) => ({ index, embedding: [Number(text), 1] })).toReversed();
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ data }));
    });
    const options = quickOptions(server.url);
    const { embedder, close } = createServiceClients({ ...options, embedding: { ...options.embedding, batchTexts: 2 } }, clientParts());
    const vectors = await embedder.embed(['1', '2', '3', '4', '5'], never);
    expect(vectors.map((vector) => Math.round((vector[0] ?? 0) / (vector[1] ?? 1)))).toEqual([1, 2, 3, 4, 5]);
    expect(server.bodies).toHaveLength(3);
    expect(await embedder.embed([], never)).toEqual([]);
    await close();
  });

  it('refuses every bad reply of the fixtures', async () => {
    const cases = wireFixtures<{ name: string; inputs: number; reply: string; verdict: string }>('embeddings.json').cases;
    let at = 0;
    await using server = await httpStandIn((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(cases[at]?.reply);
    });
    const { embedder, close } = createServiceClients(quickOptions(server.url), clientParts());
    for (; at < cases.length; at++) {
      const outcome = await embedder.embed(new Array<string>(cases[at]?.inputs ?? 1).fill('x'), never).then(
        () => 'accept',
        (error: { code: string }) => error.code,
      );
      expect([cases[at]?.name, outcome]).toEqual([cases[at]?.name, cases[at]?.verdict === 'accept' ? 'accept' : 'EMBEDDING_BAD_REPLY']);
    }
    await close();
  });
});

describe('all of them', () => {
  it('nobody there, refusals, wrong types and what is not HTTP have their codes', async () => {
    await using server = await httpStandIn((_request, response, body) => {
      if (body.includes('no-http')) return void response.socket?.end('I am not HTTP\r\n\r\n');
      if (body.includes('hang-up')) return void response.socket?.destroy();
      if (body.includes('html')) return void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>');
      response
        .writeHead(body.includes('full') ? 503 : 400, { 'content-type': 'application/json' })
        .end('{"error":{"code":"NO","message":"no"}}');
    });
    const { llm, tts, embedder, close } = createServiceClients(quickOptions(server.url), clientParts());
    const dead = createServiceClients(quickOptions(`http://127.0.0.1:${await deadPort()}`), clientParts());
    const ask = {
      LLM: async (text: string, to = llm) => (await collect(to.reply([{ role: 'user', content: text }], never))).code,
      TTS: async (text: string, to = tts) => (await collect(to.speak({ ...request, text }, never))).code,
      EMBEDDING: async (text: string, to = embedder) =>
        embedder === to || dead.embedder === to
          ? to.embed([text], never).then(
              () => undefined,
              (error: { code: string }) => error.code,
            )
          : undefined,
    };
    for (const name of ['LLM', 'TTS', 'EMBEDDING'] as const) {
      expect(await ask[name]('html')).toBe(`${name}_BAD_REPLY`);
      expect(await ask[name]('wrong')).toBe(`${name}_HTTP`);
      expect(await ask[name]('full')).toBe(`${name}_HTTP`);
      expect(await ask[name]('no-http')).toBe(`${name}_BAD_REPLY`);
      expect(await ask[name]('hang-up')).toBe(`${name}_UNREACHABLE`);
    }
    expect(await ask.LLM('x', dead.llm)).toBe('LLM_UNREACHABLE');
    expect(await ask.TTS('x', dead.tts)).toBe('TTS_UNREACHABLE');
    expect(await ask.EMBEDDING('x', dead.embedder)).toBe('EMBEDDING_UNREACHABLE');
    expect(await dead.tts.health(never)).toMatchObject({ ready: false });
    await Promise.all([close(), dead.close()]);
  });

  it('a request is made again before its first byte, not after', async () => {
    let asked = 0;
    await using server = await httpStandIn((_request, response) => {
      asked++;
      if (asked === 1) return void response.socket?.destroy();
      if (asked === 2) return void response.writeHead(503).end();
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(sse('once'));
      if (asked === 4) response.end();
      else response.end('data: [DONE]\n\n');
    });
    const parts = clientParts();
    const { llm, close } = createServiceClients(quickOptions(server.url, { retry: { attempts: 3 } }), parts);
    expect(await collect(llm.reply(messages, never))).toEqual({ pieces: ['once'], code: undefined });
    expect(parts.notes.map((note) => note.kind)).toEqual(['retry', 'retry']);
    expect(await collect(llm.reply(messages, never))).toEqual({ pieces: ['once'], code: 'LLM_CUT' });
    expect(asked).toBe(4);
    await close();
  });

  it('a service that keeps failing is not asked for a while; a refusal of one request does not count', async () => {
    let status = 400;
    await using server = await httpStandIn((_request, response) => void response.writeHead(status).end());
    const parts = clientParts();
    const { tts, close } = createServiceClients(quickOptions(server.url, { breaker: { failures: 2, openMs: 60_000 } }), parts);
    const codes: (string | undefined)[] = [];
    for (status of [400, 400, 400, 500, 500, 500]) codes.push((await collect(tts.speak(request, never))).code);
    expect(codes).toEqual(['TTS_HTTP', 'TTS_HTTP', 'TTS_HTTP', 'TTS_HTTP', 'TTS_HTTP', 'TTS_UNAVAILABLE']);
    // Each refusal is asked once more, in the service's own voice.
    expect(server.bodies).toHaveLength(3 * 2 + 2);
    expect(parts.notes).toContainEqual({ kind: 'breaker', service: 'tts', state: 'open' });
    await close();
  });
});
