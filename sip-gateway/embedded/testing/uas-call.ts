import { headerOf, request, SDP, ServerHarness, type RequestParts, type TestApp } from './server-harness.ts';

/** A call that has arrived at the application. */
export function invited(parts: RequestParts = {}, harness = new ServerHarness()) {
  const app = harness.app();
  harness.network(request('INVITE', { branch: 'z9hG4bKinvite', body: SDP, ...parts }));
  const transactionId = app.last(/^INVITE/).fields[8] as string;
  return { harness, app, transactionId };
}

export function respond(app: TestApp, transactionId: string, status: string, headers: readonly string[] = [], body = ''): string {
  return app.say(`sip|${transactionId}|`, [`SIP/2.0 ${status}`, 'call-id: ignored', 'Content-Length: 3', ...headers], body);
}

/** An answered and acknowledged call; `to` carries our tag. */
export function talking(parts: RequestParts = {}, harness = new ServerHarness()) {
  const call = invited(parts, harness);
  const echo = call.app.reply(respond(call.app, call.transactionId, '200 OK', [], SDP));
  const to = headerOf(echo.sip, 'To');
  harness.network(request('ACK', { to, ...(parts.callId === undefined ? {} : { callId: parts.callId }) }));
  harness.sent.length = 0;
  return { ...call, to, dialogId: echo.fields[11] as string };
}
