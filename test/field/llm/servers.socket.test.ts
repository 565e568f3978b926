import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createServiceClients, serviceOptions, type ReplyPart } from '#pipeline';
import { systemClock } from '#app/system-clock';

// The caller heard an apology, half an answer, or nothing was booked although the model had asked for it: by the client
// that calls use, over a socket, one server after the other, and the breaker stays closed all the while.

interface Case {
  readonly name: string;
  readonly transcript: string;
  readonly text: string;
  readonly calls: readonly object[];
  readonly ends: string;
}

const { cases } = JSON.parse(
  readFileSync(new URL('../../../gpu-services/protocol/fixtures/llm-servers.json', import.meta.url), 'utf8'),
) as { readonly cases: readonly Case[] };
const server = createServer((request, response) => {
  let body = '';
  request
    .setEncoding('utf8')
    .on('data', (chunk: string) => (body += chunk))
    .on('end', () => {
      const asked = (JSON.parse(body) as { messages: { content: string }[] }).messages[0]?.content;
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end(cases.find(({ name }) => name === asked)?.transcript);
    });
});
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => new Promise((resolve) => server.close(resolve)));

it('every server is understood', async () => {
  const options = serviceOptions.parse({
    llm: { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
    retry: { attempts: 1 },
  });
  const notes: string[] = [];
  const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
  const { llm, close } = createServiceClients(options, { clock: systemClock, log: quiet, onNote: ({ kind }) => notes.push(kind) });
  for (const { name, text, calls, ends } of cases.filter((one) => one.ends === 'complete')) {
    const parts: ReplyPart[] = [];
    for await (const part of llm.replyWithTools?.([{ role: 'user', content: name }], [], AbortSignal.timeout(5_000)) ?? [])
      parts.push(part);
    expect([
      name,
      ends,
      parts.flatMap((part) => (part.kind === 'text' ? [part.delta] : [])).join(''),
      parts.flatMap((part) => (part.kind === 'calls' ? part.calls : [])),
    ]).toEqual([name, ends, text, calls]);
  }
  expect(notes).toEqual([]);
  await close();
});
