import SrfClass from 'drachtio-srf';
import { findBody } from '../message-body.ts';
import type { BodyReading } from '../message-body.ts';
import { mimeHead } from '../mime-head.ts';

/**
 * The part of drachtio-srf that the gateway uses, typed as it behaves (its own declarations leave out arguments
 * and get some types wrong).
 */
export interface SrfLike {
  connect(options: {
    readonly host: string;
    readonly port: number;
    readonly secret: string;
    readonly enablePing?: boolean;
    readonly reconnect?: { readonly retryMaxDelay?: number };
  }): void;
  on(event: 'connect', listener: (error: Error | null, hostPorts?: string) => void): void;
  on(event: 'error', listener: (error: Error) => void): void;
  on(event: 'close', listener: (socket: unknown) => void): void;
  on(event: 'reconnecting', listener: (info: { delay: number; attempt: number }) => void): void;
  use(method: string, handler: (req: SrfRequest, res: SrfResponse) => void): void;
  createUAS(
    req: SrfRequest,
    res: SrfResponse,
    options: { localSdp: string; headers: Record<string, string> },
    callback: (error: unknown, dialog?: SrfDialog) => void,
  ): void;
  /** A request outside a dialog. `proxy`: where it goes instead of to its URI. May throw while no server is connected. */
  request(
    uri: string,
    options: { readonly method: string; readonly headers: Record<string, string>; readonly proxy?: string },
    callback: (error: unknown, req?: SrfSentRequest) => void,
  ): void;
  removeDialog(dialog: SrfDialog): void;
  disconnect(): void;
  /** Internals that `closeSrf` must reach; see there. */
  readonly app?: { readonly client?: { readonly wp?: { closing?: boolean; reconnectVars?: { retryTimer?: NodeJS.Timeout | null } } } };
}

export interface SrfRequest {
  readonly method: string;
  readonly uri: string;
  readonly body: string | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly source: 'network' | 'application';
  readonly source_address: string;
  readonly source_port: number;
  readonly protocol: string;
  /** Local `host:port` of the listener; of new requests only. */
  readonly receivedOn?: string;
  readonly isNewInvite: boolean;
  readonly socket: unknown;
  get(name: string): string | undefined;
  has(name: string): boolean;
  getParsedHeader(name: string): unknown;
  on(event: 'cancel', listener: () => void): void;
}

/** A request of ours as it left. */
export interface SrfSentRequest {
  get(name: string): string | undefined;
  on(event: 'response', listener: (res: SrfReceivedResponse) => void): void;
}

export interface SrfReceivedResponse {
  readonly status: number;
  readonly source_address: string;
  get(name: string): string | undefined;
}

export interface SrfResponse {
  readonly finalResponseSent: boolean;
  send(
    status: number,
    options?: { readonly headers?: Readonly<Record<string, string>>; readonly body?: string },
    callback?: (error: unknown) => void,
  ): void;
}

export interface SrfDialog {
  readonly local: { readonly contact?: string };
  on(event: 'destroy', listener: (message: SrfRequest, reason: string) => void): void;
  on(event: 'ack', listener: (req: SrfRequest) => void): void;
  on(event: InDialogMethod, listener: (req: SrfRequest, res: SrfResponse) => void): void;
  removeAllListeners(): void;
  destroy(options: { headers: Record<string, string> }, callback: (error: unknown) => void): void;
}

export type InDialogMethod = 'modify' | 'update' | 'info' | 'options' | 'refer' | 'message' | 'notify' | 'publish';

export function createSrf(): SrfLike {
  return new SrfClass() as unknown as SrfLike;
}

/**
 * Disconnects for good. `disconnect()` alone throws while no connection is up, and then the retries would go on for
 * ever: there is no public way to stop them.
 */
export function closeSrf(srf: SrfLike): void {
  const wire = srf.app?.client?.wp;
  if (wire !== undefined) {
    wire.closing = true;
    clearTimeout(wire.reconnectVars?.retryTimer ?? undefined);
  }
  try {
    srf.disconnect();
  } catch {
    // Not connected: nothing to close.
  }
}

/** What is wanted in the body of a message, such as a session description; also out of a multipart body. */
export function bodyOf(message: SrfRequest, wanted: readonly string[] = SDP): BodyReading {
  const head = mimeHead((name) => message.get(name) ?? (name === 'content-type' ? SDP[0] : undefined));
  return findBody(head, message.body ?? '', wanted);
}

const SDP: readonly string[] = ['application/sdp'];
