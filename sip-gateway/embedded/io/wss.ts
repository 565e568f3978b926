import type { Accept, Listening, Remote } from './channel.ts';
import { acceptTls } from './tls.ts';
import type { TlsCredentials } from './tls-credentials.ts';
import { WsUpgrader, type WsSettings } from './ws.ts';

export async function listenWss(bind: Remote, credentials: TlsCredentials, settings: WsSettings, accept: Accept): Promise<Listening> {
  const upgrader = new WsUpgrader(settings);
  return acceptTls(bind, credentials, accept, (socket, channel, sink) => upgrader.take(socket, channel, sink));
}
