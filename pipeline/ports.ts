import type { ToneShares } from '#domain/tone';
import type { Ms, Ratio } from '#domain/units';

/** What recognition reports of one utterance; `pause` is the number under which the answer was asked for. */
export type SttEvent =
  | { readonly kind: 'partial'; readonly text: string }
  | {
      readonly kind: 'final';
      readonly pause: number;
      readonly text: string;
      readonly confidence: Ratio;
      readonly noSpeech: Ratio;
      readonly audioMs: Ms;
      readonly decodeMs: Ms;
      /** Waiting for a free worker before the decode. */
      readonly queueMs?: Ms;
      readonly rejected?: string;
    }
  | { readonly kind: 'turn-probability'; readonly pause: number; readonly probability: Ratio; readonly silenceMs: Ms }
  /** What a model of emotion in speech made of the sound, where the service has one; it may come when the turn is over. */
  | { readonly kind: 'tone'; readonly pause: number; readonly tone: ToneShares }
  | { readonly kind: 'fault'; readonly code: string; readonly message: string };

export interface SttSessionOptions {
  readonly language: string;
  readonly prompt?: string;
  readonly hotwords?: string;
}

/**
 * One caller's recognition. Audio is PCM at 16 kHz; the session copies what it keeps. Nothing here throws or waits:
 * faults come as events, and the session reconnects by itself (the utterance that was open is lost and reported).
 */
export interface SttSession {
  sendAudio(pcm: Int16Array): void;
  /** The caller paused: decode the utterance so far and judge the turn, each answering by itself. */
  pause(pause: number): void;
  /** Judge the turn again, `silenceMs` after the last sound. */
  judgeTurn(pause: number, silenceMs: Ms): void;
  /** Forget the utterance; later answers about it are not reported. */
  reset(): void;
  configure(options: Partial<SttSessionOptions>): void;
  close(): void;
}

export interface SpeechToText {
  /** The session ends when `signal` is aborted. */
  open(options: SttSessionOptions, onEvent: (event: SttEvent) => void, signal: AbortSignal): SttSession;
}

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly content: string;
  /** Of an assistant's message: what it asked for. */
  readonly toolCalls?: readonly ToolCall[];
  /** Of a tool's message: the call that it answers. */
  readonly toolCallId?: string;
}

/** An action that an LLM asks for; nothing about it is trusted. */
export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** JSON, if it kept to that. */
  readonly argumentsText: string;
}

/** An action as an LLM is told of it. */
export interface ToolSpec {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of its arguments. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** Calls come last and whole: a reply that was broken off has none. */
export type ReplyPart = { readonly kind: 'text'; readonly delta: string } | { readonly kind: 'calls'; readonly calls: readonly ToolCall[] };

export interface LanguageModel {
  /** Text deltas. Aborting `signal` closes the connection and so the generation. Throws `AppError` with code `LLM_*`. */
  reply(messages: readonly ChatMessage[], signal: AbortSignal): AsyncIterable<string>;
  /** The same with tools; absent where the model cannot have any. */
  replyWithTools?(messages: readonly ChatMessage[], tools: readonly ToolSpec[], signal: AbortSignal): AsyncIterable<ReplyPart>;
  /** Prefills the prompt of these messages, so that the first reply starts sooner. Never throws. */
  warm(messages: readonly ChatMessage[], signal: AbortSignal): Promise<void>;
  /** Whether it can be trusted with facts; a basic one only chats. */
  readonly capable: boolean;
  readonly modelName: string;
}

export interface SpeechRequest {
  readonly text: string;
  readonly voice: string;
  readonly speed: number;
  readonly language: string;
  /** Until the audio before this piece will have been played out; 0 for the first piece of a reply. */
  readonly deadlineMs: Ms;
  readonly first: boolean;
  readonly last: boolean;
}

export interface TextToSpeech {
  /** PCM at 24 kHz in chunks that the receiver owns. Throws `AppError` with code `TTS_*`. */
  speak(request: SpeechRequest, signal: AbortSignal): AsyncIterable<Int16Array>;
}

export interface Embedder {
  /** One unit-length vector for each text. Throws `AppError` with code `EMBEDDING_*`. */
  embed(texts: readonly string[], signal: AbortSignal): Promise<readonly Float32Array[]>;
}

/** What an entry does besides saying its answer. */
export type KnowledgeAction = 'hang-up' | 'take-message' | 'repeat' | 'start-form';

export type KnowledgeMatch =
  | {
      readonly kind: 'answer';
      readonly entryId: string;
      /** Said word for word. */
      readonly answer: string;
      readonly action?: KnowledgeAction;
      readonly score: Ratio;
    }
  /** Two entries are too close to each other: ask back. */
  | { readonly kind: 'ask-which'; readonly entryIds: readonly [string, string]; readonly question: string; readonly score: Ratio }
  /** Nothing is near enough; `facts` are the nearest answers, for the prompt of a capable LLM. */
  | {
      readonly kind: 'none';
      readonly facts: readonly string[];
      readonly score: Ratio;
      /** What can be told that is nearest to it, best first, by its name. */
      readonly nearest?: readonly { readonly id: string; readonly label: string }[];
    }
  /** Two questions in one breath, in their order; each has an answer of its own. */
  | { readonly kind: 'answers'; readonly answers: readonly [KnowledgeAnswer, KnowledgeAnswer]; readonly score: Ratio };

export type KnowledgeAnswer = Extract<KnowledgeMatch, { kind: 'answer' }>;

export interface Knowledge {
  /** `expecting`: the entries of an ask-back that the caller is answering now. Throws `AppError` with code `EMBEDDING_*`. */
  match(text: string, expecting: readonly string[], signal: AbortSignal): Promise<KnowledgeMatch>;
  /** The sentence vector of a text, if a look-up has needed it already. */
  vectorOf?(text: string): Float32Array | undefined;
  /** The same, made if it is not there. Throws `AppError` with code `EMBEDDING_*`. */
  makeVector?(text: string, signal: AbortSignal): Promise<Float32Array>;
}

/** Guesses at the tone in words; the same for all calls in one language. */
export interface ToneReader {
  /** More surely with the sentence vector of the text than without. */
  read(text: string, vector: Float32Array | undefined): ToneShares;
}
