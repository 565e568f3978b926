import { ms } from '#domain/units';
import type { ServerLimits } from './core/types.ts';

/**
 * Bounds of one server. Transactions live 32 s after their end over UDP, so that 200 calls a second with INVITE and BYE
 * hold some 13,000 of them.
 */
export const DEFAULT_LIMITS: ServerLimits = {
  transactionsMax: 60_000,
  dialogsMax: 10_000,
  streamConnectionsMax: 2_000,
  streamsPerAddress: 2_000,
  controlConnectionsMax: 16,
  streamIdleMs: ms(900_000),
  streamFirstMs: ms(10_000),
  streamMessageMs: ms(30_000),
  authenticateMs: ms(5_000),
  inviteUnansweredMs: ms(64_000),
  inviteRingingMs: ms(300_000),
  requestUnansweredMs: ms(28_000),
};

/** What clients are told. From v0.8.2 on they may ping; nothing else depends on it. */
export const PROTOCOL_VERSION = 'v0.9.10';
