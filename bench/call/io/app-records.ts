import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A turn as `GET /v1/calls/ID` shows it. */
export interface RecordedTurn {
  readonly turnId: number;
  readonly source: string;
  readonly outcome: string;
  readonly callerText: string;
  readonly botText: string;
  readonly heardText: string;
  readonly stages: Readonly<Record<string, number>>;
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** Something that the app did for the caller. */
export interface RecordedAction {
  readonly actionId: number;
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly authority: { readonly by: 'caller' | 'declaration'; readonly readBack?: string; readonly answer?: string };
  readonly outcome?: 'done' | 'refused' | 'failed';
  readonly code?: string;
  readonly values?: Readonly<Record<string, unknown>>;
  readonly tookMs?: number;
}

export interface RecordedCall {
  readonly callId: string;
  readonly persona: string;
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly endReason?: string;
  readonly turns: readonly RecordedTurn[];
  readonly stats?: Readonly<Record<string, number>>;
  readonly encryption?: string;
  readonly facts?: Readonly<Record<string, unknown>>;
  readonly dtmf?: string;
  readonly messages?: readonly string[];
  readonly bargeIns?: readonly { readonly turnId: number; readonly decision: string; readonly why: string; readonly decidedMs: number }[];
  readonly actions?: readonly RecordedAction[];
  readonly faults?: readonly { readonly service: string; readonly code: string }[];
}

/** Reads call records of the running app, as a user of its HTTP API would. */
export class AppRecords {
  readonly #baseUrl: string;
  readonly #token: string;
  readonly #ids = new Map<string, string>();

  constructor(baseUrl: string, token: string) {
    this.#baseUrl = baseUrl;
    this.#token = token;
  }

  /** For a caller that was told the app's own id of its call. */
  know(signallingId: string, callId: string): void {
    this.#ids.set(signallingId, callId);
  }

  /** The record of the call with this SIP Call-ID; undefined while the app knows none. */
  async bySignallingId(signallingId: string): Promise<RecordedCall | undefined> {
    let callId = this.#ids.get(signallingId);
    if (callId === undefined) {
      const list = (await this.#get(`/v1/calls?signallingId=${encodeURIComponent(signallingId)}`)) as
        | { calls?: { callId: string }[] }
        | undefined;
      callId = list?.calls?.[0]?.callId;
      if (callId === undefined) return undefined;
      this.#ids.set(signallingId, callId);
    }
    return (await this.#get(`/v1/calls/${encodeURIComponent(callId)}`)) as RecordedCall | undefined;
  }

  /** Polls until the record satisfies `enough`, at most `withinMs`; then whatever is there. */
  async waitFor(signallingId: string, enough: (call: RecordedCall) => boolean, withinMs = 3000): Promise<RecordedCall | undefined> {
    const untilMs = performance.now() + withinMs;
    for (;;) {
      const call = await this.bySignallingId(signallingId);
      if ((call && enough(call)) || performance.now() > untilMs) return call;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  async #get(path: string): Promise<unknown> {
    const response = await fetch(`${this.#baseUrl}${path}`, {
      headers: { authorization: `Bearer ${this.#token}` },
      signal: AbortSignal.timeout(5000),
    });
    if (response.status === 404) return undefined;
    if (response.status === 401 || response.status === 403)
      throw new Error(`the app at ${this.#baseUrl} does not accept the token; set PARLEY_API_TOKEN to the one it uses`);
    if (!response.ok) throw new Error(`GET ${path} answered ${response.status}`);
    return response.json();
  }
}

/** `PARLEY_API_TOKEN`, else the file that the app writes at its first start. */
export function findApiToken(rootDir: string): string | undefined {
  const given = process.env['PARLEY_API_TOKEN'];
  if (given) return given;
  const file = join(rootDir, 'data', 'api-token');
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
}

/** Records of the running app, or why there are none. */
export async function connectRecords(httpUrl: string, rootDir: string): Promise<AppRecords | { readonly missing: string }> {
  const token = findApiToken(rootDir);
  if (token === undefined) return { missing: 'no API token: set PARLEY_API_TOKEN or start the app from this folder once' };
  try {
    await fetch(`${httpUrl}/health`, { signal: AbortSignal.timeout(3000) });
  } catch {
    return { missing: `nothing answers at ${httpUrl}` };
  }
  return new AppRecords(httpUrl, token);
}
