import { lookup as systemLookup } from 'node:dns';
import type { SocketOptions } from 'node:dgram';
import { isIP } from 'node:net';

/** For UDP sockets: an address needs no resolver, which saves a turn of the event loop for each packet. */
export const addressLookup = ((host: string, family: unknown, callback: (error: Error | null, address: string, family: number) => void) => {
  const version = isIP(host);
  if (version !== 0) callback(null, host, version);
  else systemLookup(host, family === 6 ? 6 : 4, callback);
}) as NonNullable<SocketOptions['lookup']>;
