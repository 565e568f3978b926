import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify from 'fastify';
import { expect, it } from 'vitest';
import { configWith } from '../testing/config.ts';
import { serverCertificate } from './certificate.ts';
import { closeServer, portOf, serveHttps } from './serve.ts';

it('the same routes answer by https, with a certificate that a client can check', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-serve-'));
  const app = Fastify();
  app.get('/', (incoming) => `by ${incoming.protocol}`);
  const certificate = await serverCertificate({ ...configWith().http.https, directory: folder }, ['localhost', '127.0.0.1'], Date.now());
  const server = await serveHttps(app, certificate, { host: '127.0.0.1', port: 0 });
  const port = portOf(server);
  try {
    await expect(serveHttps(app, certificate, { host: '127.0.0.1', port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    const stranger = connect(port, '127.0.0.1');
    stranger.write('GET / HTTP/1.0\r\n\r\n');
    stranger.resume();
    await once(stranger, 'close');
    const [response] = (await once(request({ port, host: '127.0.0.1', ca: certificate.cert, agent: false }).end(), 'response')) as [
      AsyncIterable<Buffer>,
    ];
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe('by https');
  } finally {
    await closeServer(server);
    await app.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
