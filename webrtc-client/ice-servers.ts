import type { ClientConfig } from './signalling.ts';

export type IceServer = ClientConfig['iceServers'][number];

export interface IceServerOptions {
  readonly stunServers: readonly string[];
  readonly turn: { readonly urls: readonly string[]; readonly ttlS: number };
}

/** HMAC-SHA1 under the secret shared with the TURN server, base64. */
export type TurnHmac = (text: string) => string;

/**
 * What a browser is told to use. TURN credentials follow the REST scheme of coturn (`use-auth-secret`): the user name is the time of expiry
 * and an id, the password its HMAC. Without a secret there are none, so TURN servers are left out.
 */
export function iceServers(options: IceServerOptions, nowS: number, id: string, hmac: TurnHmac | undefined): readonly IceServer[] {
  const stun = options.stunServers.length === 0 ? [] : [{ urls: [...options.stunServers] }];
  if (options.turn.urls.length === 0 || hmac === undefined) return stun;
  const username = `${Math.floor(nowS) + options.turn.ttlS}:${id}`;
  return [...stun, { urls: [...options.turn.urls], username, credential: hmac(username) }];
}

/** `Link` header fields with relation `ice-server`; RFC 9725 section 4.6. */
export function iceServerLinks(servers: readonly IceServer[]): readonly string[] {
  return servers.flatMap(({ urls, username, credential }) =>
    urls.map((url) => {
      const login =
        username === undefined || credential === undefined
          ? ''
          : `; username="${username}"; credential="${credential}"; credential-type="password"`;
      return `<${url}>; rel="ice-server"${login}`;
    }),
  );
}
