import type { RecordedCall } from '#bench/call/io/app-records';
import type { AppAddress } from './app-under-test.ts';
import { app, until } from './shared-app.ts';

type Recorder = Pick<AppAddress, 'httpUrl' | 'token'>;

async function get(path: string, { httpUrl, token }: Recorder = app): Promise<unknown> {
  const response = await fetch(`${httpUrl}${path}`, { headers: { authorization: `Bearer ${token}` }, signal: AbortSignal.timeout(5000) });
  return response.ok ? await response.json() : undefined;
}

/** The record of the call that began last. */
export async function newestRecord(of: Recorder = app): Promise<RecordedCall | undefined> {
  const list = (await get('/v1/calls?limit=1', of)) as { calls: { callId: string }[] } | undefined;
  const callId = list?.calls[0]?.callId;
  return callId === undefined ? undefined : ((await get(`/v1/calls/${encodeURIComponent(callId)}`, of)) as RecordedCall | undefined);
}

export async function record(callId: string): Promise<RecordedCall | undefined> {
  return (await get(`/v1/calls/${encodeURIComponent(callId)}`)) as RecordedCall | undefined;
}

/** The newest call once it has ended. */
export async function endedRecord(withinMs = 10_000, of: Recorder = app): Promise<RecordedCall> {
  return await until('the record of an ended call', withinMs, async () => {
    const call = await newestRecord(of);
    return call?.endReason === undefined ? undefined : call;
  });
}
