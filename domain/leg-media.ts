import type { LegId } from './call.ts';
import type { PieceId, SpurtId, TurnId } from './turn.ts';
import type { Ms, Ratio, Samples } from './units.ts';

/**
 * What the conversation tells the media of one leg. These cross a thread boundary: plain data only; the buffer
 * of `pcm` is transferred and may not be used afterwards.
 */
export type LegMediaCommand =
  /** One piece of bot speech, PCM at 24 kHz; refused (dropped and counted) if its turn was aborted. Several `play` of one piece follow each other. */
  | { readonly kind: 'play'; readonly turnId: TurnId; readonly pieceId: PieceId; readonly pcm: Int16Array }
  /**
   * The piece that follows is the tones of these keys, each so long and with as much silence behind it as is told (24 kHz): on a telephone leg that
   * agreed on telephone events, those leave in its place (RFC 4733).
   */
  | {
      readonly kind: 'mark-keys';
      readonly turnId: TurnId;
      readonly pieceId: PieceId;
      readonly keys: string;
      readonly toneSamples: Samples;
      readonly pauseSamples: Samples;
    }
  /** No more audio follows in this turn; `playout-finished` is the answer once all has left. */
  | { readonly kind: 'play-end'; readonly turnId: TurnId }
  /** Drop all audio of this turn and of every earlier one, for ever; nothing of it may leave afterwards. */
  | { readonly kind: 'abort-turn'; readonly turnId: TurnId }
  /** Take up a paused playout where it stopped. */
  | { readonly kind: 'resume-playout'; readonly turnId: TurnId }
  /** `off`: the caller's speech neither ducks nor pauses (a goodbye, a legal notice). */
  | { readonly kind: 'set-barge-in'; readonly mode: 'on' | 'off' }
  /** Allows the worker to send so many more samples (16 kHz) of caller audio. */
  | { readonly kind: 'grant-uplink'; readonly samples: Samples }
  /** Play the caller back (the `echo` persona), or stop doing so. */
  | { readonly kind: 'set-echo'; readonly on: boolean };

/** What the media of one leg tells the conversation. Every `atMs` is a reading of the process-wide clock. */
export type LegMediaEvent =
  /** A talkspurt opened; its audio follows, pre-roll first. */
  | {
      readonly kind: 'voice-started';
      readonly spurtId: SpurtId;
      readonly atMs: Ms;
      /** The first sound, earlier than `atMs` by the time that detection took. */
      readonly startedAtMs: Ms;
      readonly botSpeaking: boolean;
    }
  /** 16 kHz PCM of an open talkspurt, 60-100 ms, including its pre-roll and the silence up to `voice-stopped`. */
  | { readonly kind: 'caller-audio'; readonly spurtId: SpurtId; readonly atMs: Ms; readonly pcm: Int16Array }
  /** The silence of `vad.stopMs` was reached; all audio up to here was sent before this. */
  | {
      readonly kind: 'voice-stopped';
      readonly spurtId: SpurtId;
      readonly atMs: Ms;
      /** The caller's last sound. */
      readonly lastVoiceAtMs: Ms;
      /** Voiced audio in the talkspurt. */
      readonly voicedMs: Ms;
      /** How it sounded; absent where it was too short to tell. */
      readonly sound?: SpurtSound;
    }
  /** About 60 ms of caller speech over the bot: playout made quieter. */
  | { readonly kind: 'playout-ducked'; readonly turnId: TurnId; readonly atMs: Ms }
  /** 120-160 ms of caller speech over the bot: nothing leaves until `resume-playout` or `abort-turn`. */
  | { readonly kind: 'playout-paused'; readonly turnId: TurnId; readonly spurtId: SpurtId; readonly atMs: Ms }
  | { readonly kind: 'playout-resumed'; readonly turnId: TurnId; readonly atMs: Ms }
  /** The first packet with audio of this turn left. */
  | { readonly kind: 'playout-started'; readonly turnId: TurnId; readonly atMs: Ms }
  /** So many samples (24 kHz) of this piece have left so far. At least every 200 ms and at each piece's end. */
  | {
      readonly kind: 'playout-progress';
      readonly turnId: TurnId;
      readonly pieceId: PieceId;
      readonly playedSamples: Samples;
      readonly atMs: Ms;
    }
  | { readonly kind: 'playout-finished'; readonly turnId: TurnId; readonly atMs: Ms }
  /** The audio queued but not yet played, samples at 24 kHz; sent when it falls, so that TTS can be read on. */
  | { readonly kind: 'playout-queue'; readonly turnId: TurnId; readonly queuedSamples: Samples; readonly atMs: Ms }
  | { readonly kind: 'dtmf'; readonly digit: string; readonly durationMs: Ms; readonly atMs: Ms }
  /** What the caller typed instead of saying it; a browser leg's text message. */
  | { readonly kind: 'caller-text'; readonly text: string; readonly atMs: Ms }
  /** The caller says that the microphone is off: silence is meant, nobody need be asked whether they are there. */
  | { readonly kind: 'caller-muted'; readonly muted: boolean; readonly atMs: Ms }
  /** The far end has put the bot on hold, or takes it up again: meanwhile nothing is played and nothing is heard, however long it takes. */
  | { readonly kind: 'held'; readonly held: boolean; readonly atMs: Ms }
  /** No packet from the caller for `media.timeoutMs`. The leg stays open until it is closed. */
  | { readonly kind: 'media-timeout'; readonly silentMs: Ms; readonly atMs: Ms }
  /** Every few seconds and once at close. */
  | { readonly kind: 'media-stats'; readonly stats: LegMediaStats; readonly atMs: Ms }
  /** Caller audio that was dropped because no credit was left, 16 kHz samples. */
  | { readonly kind: 'uplink-dropped'; readonly samples: Samples; readonly atMs: Ms }
  /** The leg is gone and nothing more will come: its worker died. */
  | { readonly kind: 'media-lost'; readonly detail: string; readonly atMs: Ms };

/** Measured on the speech of one talkspurt. */
export interface SpurtSound {
  readonly levelDbov: number;
  /** Median; absent where too little of it was voiced. */
  readonly pitchHz?: number;
  /** How sure the detector was, on average. */
  readonly speechRatio?: number;
  /** The share that has a pitch. */
  readonly pitchedRatio?: number;
  /** From the lowest tenth of its pitch to the highest; absent as `pitchHz` is. */
  readonly pitchSpreadSemitones?: number;
}

/** What the media of a leg were encrypted with, the last way that was agreed on: keys by DTLS, or in SDP (SDES) with the suite's name. */
export const MEDIA_ENCRYPTIONS = ['none', 'dtls-srtp', 'sdes-aes128-cm-sha1-80', 'sdes-aes128-cm-sha1-32', 'sdes-aead-aes128-gcm'] as const;
export type MediaEncryption = (typeof MEDIA_ENCRYPTIONS)[number];

/** Counted from the leg's start. Jitter after RFC 3550 section 6.4.1; MOS by the E-model (G.107). */
export interface LegMediaStats {
  readonly packetsReceived: number;
  readonly packetsSent: number;
  readonly packetsLost: number;
  readonly packetsLate: number;
  readonly packetsDuplicate: number;
  readonly packetsFromStrangers: number;
  readonly packetsMalformed: number;
  /** Packets that were taken from an address that neither SDP nor signalling names, because those that are named sent nothing. */
  readonly packetsFromUnnamed?: number;
  /** Packets that SRTP did not accept: another key, touched on their way, repeated, or not encrypted. */
  readonly packetsNotAuthentic?: number;
  /** Absent where no packets are sent. */
  readonly encryption?: MediaEncryption;
  /** How often a source that signalling names better took the place of another. */
  readonly sourcesDisplaced?: number;
  readonly framesConcealed: number;
  readonly jitterMs: Ms;
  readonly lossRatio: Ratio;
  /** From RTCP; absent until a report came back. */
  readonly roundTripMs?: Ms;
  /** 1 to 4.5, on the narrow-band scale of ITU-T G.107 whatever the codec: for comparing calls, not codecs. */
  readonly mos: number;
  /** Absolute difference of due and sent, worst of the period. */
  readonly sendJitterMaxMs: Ms;
  /** Packets of an aborted turn that left: always 0, or a defect. */
  readonly staleTurnPackets: number;
  /** `play` pieces that were refused because their turn had been aborted. */
  readonly piecesRefused: number;
  /** Lost packets that came back: by Opus in-band FEC, or sent again after a NACK. They count as lost too, unless they came in time. */
  readonly packetsRecovered?: number;
  /** What packets are held for at present, so that they come in order and in time; adaptive on browser legs. */
  readonly jitterBufferMs?: Ms;
  /** Bot audio that was refused because the playout queue was full, samples at 24 kHz. */
  readonly playoutOverflowSamples?: Samples;
}

/** The audio of one leg, as the conversation sees it. The far side is a media worker. */
export interface LegMedia {
  readonly legId: LegId;
  send(command: LegMediaCommand): void;
  /** Any number of listeners; events before the first are kept, a bounded number. Returns a function that removes it. */
  onEvent(listener: (event: LegMediaEvent) => void): () => void;
}
