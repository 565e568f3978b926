// The server of a site that embeds the bot: its page, and call tokens for it. Node's own modules only.
//   PARLEY_SERVER     where Parley runs, seen from browsers and from here (http://localhost:3000)
//   PARLEY_API_TOKEN  Parley's API token; it stays here, pages never see it. Without it no call tokens are made.
//   PORT              of this server (8080)
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';

const parley = new URL(process.env.PARLEY_SERVER ?? 'http://localhost:3000');
const apiToken = process.env.PARLEY_API_TOKEN;
const port = Number(process.env.PORT ?? 8080);

const FILES = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/style.css': ['style.css', 'text/css; charset=utf-8'],
  '/shop.js': ['shop.js', 'text/javascript; charset=utf-8'],
};

const server = createServer((request, response) => {
  answer(request, response).catch((error) => {
    console.error(`${request.method} ${request.url}: ${error.message}`);
    response.writeHead(502).end();
  });
});

async function answer(request, response) {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  if (request.method === 'POST' && pathname === '/call-token') return sendToken(request, response);
  const file = FILES[pathname];
  if (request.method !== 'GET' || file === undefined) return response.writeHead(404).end();
  const [name, type] = file;
  const text = await readFile(new URL(name, import.meta.url), 'utf8');
  response.writeHead(200, { 'content-type': type }).end(text.replaceAll('http://localhost:3000', parley.origin));
}

/** A real site looks here whether this visitor may call: a session, a quota, a captcha. */
async function sendToken(request, response) {
  if (apiToken === undefined) return response.writeHead(204).end();
  const answered = await fetch(new URL('/v1/call-tokens', parley), {
    method: 'POST',
    headers: { authorization: `Bearer ${apiToken}`, 'content-type': 'application/json' },
    // Good for a minute, for this persona, from pages of this site.
    body: JSON.stringify({ persona: 'bot', origin: request.headers.origin, ttlS: 60 }),
    signal: AbortSignal.timeout(5_000),
  });
  if (!answered.ok) throw new Error(`Parley made no call token: status ${answered.status}, ${await answered.text()}`);
  const { token } = await answered.json();
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(JSON.stringify({ token }));
}

server.listen(port, () => console.log(`The shop is open: http://localhost:${server.address().port}`));
