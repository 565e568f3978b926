import { existsSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fastifyStatic } from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { sendProblem } from './problem.ts';

export interface PageOptions {
  /** Folder that the page was built into. */
  readonly directory: string;
  /** Port of https where the page is served that way too. */
  readonly httpsPort: () => number | undefined;
}

/** `GET /`, the page; `/assets/...`; `/voice-call.js`, the element that other sites embed. Only what was built is served. */
export function pageRoutes(app: FastifyInstance, { directory, httpsPort }: PageOptions): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-content-type-options', 'nosniff');
    const elsewhere = isPage(request) ? secureAddress(request, httpsPort()) : undefined;
    if (elsewhere !== undefined) return reply.redirect(elsewhere, 307);
  });
  void app.register(fastifyStatic, {
    root: directory,
    serve: false,
    cacheControl: false,
    // What an editor or a deployment left there was not built.
    dotfiles: 'ignore',
    // The folder may come later.
    suppressWarning: true,
    setHeaders: (reply, path) => {
      const file = relative(directory, path).split(sep).join('/');
      for (const [name, value] of Object.entries(headersOf(file))) reply.header(name, value);
    },
  });
  // Looked for with each request: the page may be built, and built anew, while the application runs.
  const isBuilt = (): boolean => existsSync(join(directory, 'index.html'));
  const page = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    reply.header('content-security-policy', contentSecurityPolicy(request.headers.host));
    return isBuilt() ? reply.sendFile('index.html') : notBuilt(reply);
  };
  app.get('/', page);
  app.get('/index.html', page);
  app.get('/voice-call.js', (_request, reply) => {
    if (isBuilt()) return reply.sendFile('voice-call.js');
    return sendProblem(reply.header('access-control-allow-origin', '*'), 503, 'PAGE_NOT_BUILT', NOT_BUILT);
  });
  app.get<{ Params: { '*': string } }>('/assets/*', (request, reply) => reply.sendFile(request.params['*'], join(directory, 'assets')));
}

/** What goes with each file that was built. */
function headersOf(file: string): Readonly<Record<string, string>> {
  if (file.endsWith('.html')) return { 'cache-control': 'no-cache', ...PAGE_HEADERS };
  // The element and what it loads run in pages of other origins.
  const shared = { 'access-control-allow-origin': '*', 'cross-origin-resource-policy': 'cross-origin' };
  // Their names change with their content.
  if (file.startsWith('assets/')) return { 'cache-control': 'public, max-age=31536000, immutable', ...shared };
  return { 'cache-control': 'public, max-age=300', ...shared };
}

function isPage({ method, url }: FastifyRequest): boolean {
  return (method === 'GET' || method === 'HEAD') && (url === '/' || url.startsWith('/?') || url === '/index.html');
}

/** Browsers give the microphone to pages of this machine, or that came by https: where the page came by neither, where it should come from. */
function secureAddress({ headers, raw: { socket, url } }: FastifyRequest, port: number | undefined): string | undefined {
  if (port === undefined || 'encrypted' in socket || headers['x-forwarded-proto'] === 'https') return undefined;
  const host = HOST.exec(headers.host ?? '')?.[1];
  if (host === undefined || /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/i.test(host) || /\.localhost$/i.test(host)) return undefined;
  return `https://${host}${port === 443 ? '' : `:${port}`}${url?.startsWith('/') === true && !url.startsWith('//') ? url : '/'}`;
}

/** The host alone, and its port. */
const HOST = /^(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9.-]{1,253})(?::\d{1,5})?$/;

function notBuilt(reply: FastifyReply): FastifyReply {
  const advice = NOT_BUILT.replaceAll('"npm start"', '<code>npm start</code>');
  const page = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Parley: page not built</title><h1>The page is not here yet</h1><p>${advice}</p><p>Telephone calls work meanwhile.</p></html>`;
  return reply
    .code(503)
    .headers({ ...PAGE_HEADERS, 'cache-control': 'no-store' })
    .type('text/html; charset=utf-8')
    .send(page);
}

const NOT_BUILT =
  'The page has not been built. Stop Parley and start it with "npm start", which builds it; what that start prints says what went wrong if it does not.';

/** What a page of ours may do: run and ask what is here, and nothing else. Not every browser takes `'self'` for WebSockets too, so they are named. */
function contentSecurityPolicy(host: string | undefined): string {
  const sockets = host === undefined || !HOST.test(host) ? '' : ` ws://${host} wss://${host}`;
  return `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src mediastream:; connect-src 'self'${sockets}; base-uri 'none'; form-action 'none'; frame-ancestors 'self'`;
}

const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'permissions-policy': 'microphone=(self), speaker-selection=(self), camera=(), geolocation=()',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
};
