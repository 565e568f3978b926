/** The server's address with a slash at its end, so that paths can be added to it. Throws a `TypeError` for what is no http address. */
export function serverUrl(server?: string | URL): URL {
  const base = globalThis.location?.href;
  const given = server === undefined || server === '' ? new URL('/', base) : new URL(server, base);
  if (given.protocol !== 'http:' && given.protocol !== 'https:')
    throw new TypeError(`'${given.href}' is no address of a server: it must begin with https:// or http://`);
  const url = new URL(given.pathname.endsWith('/') ? given.pathname : `${given.pathname}/`, given.origin);
  return url;
}

/** The same server's address for WebSockets. */
export function webSocketUrl(server: URL, path: string): URL {
  const url = new URL(path, server);
  url.protocol = server.protocol === 'https:' ? 'wss:' : 'ws:';
  return url;
}
