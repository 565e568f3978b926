import { unreachable } from '#domain/assert';
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { LEG_KINDS, type CallId, type LegKind } from '#domain/call';
import type { CallEvent } from '#domain/call-event';
import { endReasonLabel } from '#domain/end-reason';
import type { TurnStages } from '#domain/turn';
import type { ServiceNote } from '#pipeline';
import type { PlacesHeld } from '../places.ts';

/** Seconds; fine where an answer should fall (0.2 to 1.2 s). */
const LATENCY_BUCKETS_S = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.85, 1, 1.25, 1.5, 2, 3, 5];

/** A WebSocket leg is a stream. */
const HAS_PACKETS: Readonly<Record<LegKind, boolean>> = { sip: true, webrtc: true, websocket: false };

const STAGES: readonly (keyof TurnStages)[] = [
  'vadStopMs',
  'transcriptMs',
  'turnProbabilityMs',
  'turnEndMs',
  'answerMs',
  'firstPcmMs',
  'firstPacketMs',
];

interface LineState {
  readonly name: string;
  readonly state?: string;
}

/** Prometheus metrics made from call events; nothing else feeds them. */
export class CallMetrics {
  readonly registry = new Registry();
  readonly #active = new Gauge({
    name: 'parley_calls_active',
    help: 'Calls that ring or run now',
    labelNames: ['leg_kind'],
    registers: [this.registry],
  });
  readonly #started = this.#counter('parley_calls_started_total', 'Calls that were accepted', ['leg_kind', 'persona']);
  readonly #ended = this.#counter('parley_calls_ended_total', 'Calls that ended, by who ended them and why', ['leg_kind', 'reason']);
  readonly #refused = this.#counter('parley_calls_refused_total', 'Calls that were refused before an answer', ['reason']);
  readonly #setup = this.#histogram('parley_call_setup_seconds', 'INVITE or offer to answer', ['leg_kind']);
  readonly #turns = this.#counter('parley_turns_total', 'Bot turns that were closed', ['source', 'outcome']);
  readonly #firstSound = this.#histogram('parley_first_sound_seconds', "Caller's last sound to the bot's first packet", [
    'leg_kind',
    'source',
  ]);
  readonly #stage = this.#histogram('parley_turn_stage_seconds', "Caller's last sound to the end of each stage", ['stage']);
  readonly #tones = this.#counter(
    'parley_caller_tones_total',
    'Turns of callers by the tone that was guessed; late: known only when they were being answered',
    ['tone', 'late'],
  );
  readonly #raisedVoices = this.#counter(
    'parley_caller_raised_voices_total',
    "Turns of callers that were louder than the caller's own first ones",
  );
  readonly #wordless = this.#counter(
    'parley_speech_without_words_total',
    'Utterances in which somebody spoke and recognition found no words; answered: the caller was told so',
    ['answered'],
  );
  readonly #bargeIns = this.#counter('parley_barge_ins_total', 'Interruptions, by what was decided', ['decision']);
  readonly #actions = this.#counter('parley_actions_total', 'Actions done for callers, by what came of them', ['name', 'outcome']);
  readonly #actionTime = this.#histogram('parley_action_seconds', 'Start of an action to its result', ['name']);
  readonly #faults = this.#counter('parley_faults_total', 'Faults of speech services and media, as calls met them', ['service', 'code']);
  readonly #requests = this.#counter('parley_service_requests_failed_total', 'Requests to speech services that failed or were made again', [
    'service',
    'outcome',
    'code',
  ]);
  readonly #breaker = new Gauge({
    name: 'parley_service_breaker_open',
    help: '1 while a service is not asked because it kept failing',
    labelNames: ['service'],
    registers: [this.registry],
  });
  readonly #dropped = this.#counter('parley_dropped_total', 'Items dropped from bounded queues', ['queue']);
  readonly #queueWait = this.#histogram('parley_queue_wait_seconds', 'Time spent waiting in a queue', ['queue']);
  readonly #packets = this.#counter('parley_rtp_packets_total', 'RTP packets of ended calls', ['direction']);
  readonly #lost = this.#counter('parley_rtp_packets_lost_total', 'RTP packets of ended calls that never came');
  readonly #recovered = this.#counter(
    'parley_rtp_packets_recovered_total',
    'Lost packets that came back, by forward error correction or sent again',
  );
  readonly #encryption = this.#counter(
    'parley_calls_by_encryption_total',
    'Ended calls with RTP, by what their media were encrypted with',
    ['leg_kind', 'encryption'],
  );
  readonly #notAuthentic = this.#counter(
    'parley_srtp_packets_refused_total',
    'Packets of encrypted telephone calls that were not authentic: another key, touched, repeated or not encrypted',
  );
  readonly #strangers = this.#counter(
    'parley_rtp_packets_from_strangers_total',
    'RTP packets from addresses that a call does not talk with',
  );
  readonly #unnamed = this.#counter(
    'parley_rtp_packets_from_unnamed_total',
    'RTP packets that calls took from addresses that neither SDP nor signalling names',
  );
  readonly #displaced = this.#counter(
    'parley_rtp_sources_displaced_total',
    'RTP sources whose place was taken by one that signalling names better',
  );
  readonly #stale = this.#counter('parley_stale_turn_packets_total', 'Packets of an aborted turn that left: each is a defect');
  readonly #jitter = new Histogram({
    name: 'parley_rtp_jitter_seconds',
    help: 'Interarrival jitter at the end of a call',
    buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1],
    registers: [this.registry],
  });
  readonly #mos = new Histogram({
    name: 'parley_call_mos',
    help: 'Estimated MOS (E-model) at the end of a call',
    buckets: [1, 2, 2.5, 3, 3.5, 4, 4.2, 4.4, 5],
    registers: [this.registry],
  });

  /** What kind of leg each running call has. */
  readonly #kinds = new Map<CallId, LegKind>();

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  /** What each kind of leg holds is asked for when the metrics are. */
  places(held: (kind: LegKind) => PlacesHeld): void {
    const gauge = new Gauge({
      name: 'parley_places',
      help: 'Places among the calls: connected calls, calls that still connect, and how many more could connect',
      labelNames: ['leg_kind', 'state'],
      registers: [this.registry],
      collect: () => {
        for (const kind of LEG_KINDS) for (const [state, count] of Object.entries(held(kind))) gauge.set({ leg_kind: kind, state }, count);
      },
    });
  }

  /** Registrations and trunks, asked for when the metrics are. */
  lines(states: () => { readonly accounts: readonly LineState[]; readonly trunks: readonly LineState[] }): void {
    const gauge = (name: string, help: string, label: string, of: () => readonly LineState[]): Gauge =>
      new Gauge({
        name,
        help,
        labelNames: [label, 'state'],
        registers: [this.registry],
        collect() {
          this.reset();
          for (const { name: line, state } of of()) if (state !== undefined) this.set({ [label]: line, state }, 1);
        },
      });
    gauge('parley_sip_accounts', '1 for the state that the registration of each account is in', 'account', () => states().accounts);
    gauge('parley_sip_trunks', '1 for the state of each trunk that is asked by OPTIONS', 'trunk', () => states().trunks);
  }

  connections(counts: () => { readonly open: number; readonly refused: number }): void {
    const gauge = new Gauge({
      name: 'parley_http_connections',
      help: 'Connections of http and https: open now, and refused since the start',
      labelNames: ['state'],
      registers: [this.registry],
      collect: () => {
        for (const [state, count] of Object.entries(counts())) gauge.set({ state }, count);
      },
    });
  }

  observe(event: CallEvent): void {
    switch (event.kind) {
      case 'call-started':
        this.#kinds.set(event.callId, event.facts.kind);
        this.#active.inc({ leg_kind: event.facts.kind });
        this.#started.inc({ leg_kind: event.facts.kind, persona: event.persona });
        return;
      case 'call-answered':
        this.#setup.observe({ leg_kind: this.#kindOf(event) }, event.setupMs / 1000);
        return;
      case 'call-ended':
        this.#callEnded(event);
        return;
      case 'turn-closed':
        this.#turns.inc({ source: event.source, outcome: event.outcome });
        this.#stages(event);
        return;
      case 'caller-tone':
        this.#tones.inc({ tone: event.tone, late: String(event.late === true) });
        if (event.voice?.raised === true && event.late !== true) this.#raisedVoices.inc();
        return;
      case 'speech-without-words':
        this.#wordless.inc({ answered: String(event.answered) });
        return;
      case 'barge-in':
        this.#bargeIns.inc({ decision: event.decision });
        return;
      case 'action-ended':
        // What is learned after a time-out was counted as failed already.
        if (event.late === true) return;
        this.#actions.inc({ name: event.name, outcome: event.outcome });
        this.#actionTime.observe({ name: event.name }, event.tookMs / 1000);
        return;
      case 'fault':
        this.#faults.inc({ service: event.service, code: event.code });
        return;
      case 'dropped':
        this.#dropped.inc({ queue: event.queue }, event.count);
        return;
      case 'queue-wait':
        this.#queueWait.observe({ queue: event.queue }, event.waitMs / 1000);
        return;
      case 'media-stats':
      case 'caller-partial':
      case 'caller-final':
      case 'turn-opened':
      case 'bot-heard':
      case 'dtmf':
      case 'speculation-dropped':
      case 'message-taken':
      case 'action-started':
        return;
      default:
        unreachable(event);
    }
  }

  serviceNote(note: ServiceNote): void {
    switch (note.kind) {
      case 'dropped':
        return this.#dropped.inc({ queue: note.queue }, note.count);
      case 'breaker':
        return this.#breaker.set({ service: note.service }, note.state === 'open' ? 1 : 0);
      case 'garbage':
        return this.#requests.inc({ service: note.service, outcome: note.kind, code: note.kind.toUpperCase() });
      case 'retry':
      case 'failed':
        return this.#requests.inc({ service: note.service, outcome: note.kind, code: note.code });
      default:
        return unreachable(note);
    }
  }

  refused(code: string): void {
    this.#refused.inc({ reason: code });
  }

  #callEnded(event: Extract<CallEvent, { kind: 'call-ended' }>): void {
    const kind = this.#kindOf(event);
    this.#kinds.delete(event.callId);
    this.#active.dec({ leg_kind: kind });
    this.#ended.inc({ leg_kind: kind, reason: endReasonLabel(event.reason) });
    const { stats } = event;
    if (stats === undefined || !HAS_PACKETS[kind]) return;
    if (stats.encryption !== undefined) this.#encryption.inc({ leg_kind: kind, encryption: stats.encryption });
    this.#notAuthentic.inc(stats.packetsNotAuthentic ?? 0);
    this.#packets.inc({ direction: 'in' }, stats.packetsReceived);
    this.#packets.inc({ direction: 'out' }, stats.packetsSent);
    this.#lost.inc(Math.max(0, stats.packetsLost));
    this.#recovered.inc(stats.packetsRecovered ?? 0);
    this.#strangers.inc(stats.packetsFromStrangers);
    this.#unnamed.inc(stats.packetsFromUnnamed ?? 0);
    this.#displaced.inc(stats.sourcesDisplaced ?? 0);
    this.#stale.inc(stats.staleTurnPackets);
    this.#jitter.observe(stats.jitterMs / 1000);
    this.#mos.observe(stats.mos);
  }

  #kindOf({ callId }: CallEvent): LegKind {
    return this.#kinds.get(callId) ?? 'sip';
  }

  #stages(event: Extract<CallEvent, { kind: 'turn-closed' }>): void {
    const { source, stages } = event;
    if (stages.firstPacketMs !== undefined)
      this.#firstSound.observe({ leg_kind: this.#kindOf(event), source }, stages.firstPacketMs / 1000);
    for (const name of STAGES) {
      const value = stages[name];
      if (value !== undefined) this.#stage.observe({ stage: name.replace(/Ms$/, '') }, Math.max(0, value) / 1000);
    }
  }

  #counter<Label extends string>(name: string, help: string, labelNames: readonly Label[] = []): Counter<Label> {
    return new Counter({ name, help, labelNames: [...labelNames], registers: [this.registry] });
  }

  #histogram<Label extends string>(name: string, help: string, labelNames: readonly Label[]): Histogram<Label> {
    return new Histogram({ name, help, labelNames: [...labelNames], buckets: LATENCY_BUCKETS_S, registers: [this.registry] });
  }
}
