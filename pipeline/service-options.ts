import * as z from 'zod';

const milliseconds = (low: number, high: number) => z.number().min(low).max(high);
const httpUrl = z.url({ protocol: /^https?$/, error: 'an address such as http://127.0.0.1:8000' });
const webSocketUrl = z.url({ protocol: /^wss?$/, error: 'an address such as ws://127.0.0.1:7003/ws/stt' });

const sttOptions = z
  .strictObject({
    url: webSocketUrl.default('ws://127.0.0.1:7003/ws/stt').describe('Address of the stt service. Also set by STT_WS_URL.'),
    queueMs: milliseconds(200, 20_000)
      .default(4_000)
      .describe('Caller audio kept while the service is slow or away, ms; beyond it the oldest is dropped.'),
    inFlightMs: milliseconds(100, 10_000).default(1_000).describe('Audio written to the socket but not yet sent by it, ms.'),
    connectTimeoutMs: milliseconds(100, 20_000).default(1_500).describe('Time limit for connecting, ms.'),
    answerTimeoutMs: milliseconds(300, 30_000)
      .default(2_500)
      .describe('Time limit for the final text after a pause, ms. If it is exceeded twice in a row, the connection is made anew.'),
    backoffMs: milliseconds(10, 10_000).default(150).describe('First back-off before connecting again, ms; it doubles each time.'),
    maxBackoffMs: milliseconds(100, 60_000).default(4_000).describe('Upper limit of the back-off, ms.'),
    pingMs: milliseconds(500, 120_000)
      .default(5_000)
      .describe('Interval of pings, ms. A connection that is silent for two of them is dead.'),
  })
  .prefault({});

const llmOptions = z
  .strictObject({
    baseUrl: httpUrl
      .default('http://127.0.0.1:8000')
      .describe('Address of an OpenAI-compatible server, with or without /v1. Also set by VLLM_BASE_URL.'),
    model: z.string().min(1).max(200).default('SmolLM2-135M-Instruct').describe('Name of the model. Also set by VLLM_MODEL_ID.'),
    temperature: z
      .number()
      .min(0)
      .max(2)
      .default(0.2)
      .describe('Sampling temperature; 0 gives the same reply each time. Small models need 0.2 or less. Also set by LLM_TEMPERATURE.'),
    maxNewTokens: z.int().min(1).max(4_096).default(80).describe('Upper limit of a reply, tokens. Also set by LLM_MAX_NEW_TOKENS.'),
    systemPrompt: z
      .string()
      .max(8_000)
      .default('')
      .describe(
        'System prompt. It replaces that of personas for free talk (`mode: chat`) and serves personas that have none. Also set by LLM_SYSTEM_PROMPT.',
      ),
    capable: z
      .boolean()
      .default(false)
      .describe('The model can be trusted with facts: it then answers what the knowledge does not. No small model can.'),
    dialect: z
      .enum(['llama.cpp', 'vllm', 'openai'])
      .default('llama.cpp')
      .describe("Server software, which decides the fields that requests have beyond OpenAI's."),
    disableThinking: z.boolean().default(false).describe('Ask a reasoning model such as Qwen3 not to think first, which costs seconds.'),
    apiKeyEnv: z
      .string()
      .regex(/^[A-Z][A-Z0-9_]*$/, 'the name of an environment variable')
      .default('LLM_API_KEY')
      .describe("Name of the environment variable that holds the server's API key, if it needs one."),
    connectTimeoutMs: milliseconds(100, 20_000).default(1_000).describe('Time limit for connecting, ms.'),
    firstTokenTimeoutMs: milliseconds(200, 60_000).default(4_000).describe('Time limit for the first token, ms.'),
    idleTimeoutMs: milliseconds(200, 60_000).default(2_000).describe('Time limit between two tokens, ms.'),
    totalTimeoutMs: milliseconds(1_000, 600_000).default(30_000).describe('Time limit for a whole reply, ms.'),
    maxReplyChars: z
      .int()
      .min(50)
      .max(100_000)
      .default(8_000)
      .describe('Upper limit of a received reply, characters; it is cut there even if the server ignores the token limit.'),
    connections: z.int().min(1).max(1_000).default(64).describe('Upper limit of simultaneous requests; more wait.'),
  })
  .prefault({});

const ttsOptions = z
  .strictObject({
    url: httpUrl.default('http://127.0.0.1:7002/tts/stream').describe('Address of the tts service. Also set by TTS_STREAM_URL.'),
    connectTimeoutMs: milliseconds(100, 20_000).default(1_000).describe('Time limit for connecting, ms.'),
    firstAudioTimeoutMs: milliseconds(200, 60_000).default(4_000).describe('Time limit for the first audio of a piece, ms.'),
    idleTimeoutMs: milliseconds(200, 60_000).default(3_000).describe('Time limit between two chunks of a piece, ms.'),
    totalTimeoutMs: milliseconds(1_000, 600_000).default(30_000).describe('Time limit for a whole piece, ms.'),
    maxAudioMs: milliseconds(1_000, 600_000).default(90_000).describe('Upper limit of the audio of one piece, ms; more is a fault.'),
    connections: z.int().min(1).max(1_000).default(64).describe('Upper limit of simultaneous requests; more wait.'),
  })
  .prefault({});

const embeddingOptions = z
  .strictObject({
    baseUrl: httpUrl
      .default('http://127.0.0.1:8000')
      .describe('Address of an OpenAI-compatible server with /v1/embeddings, with or without /v1.'),
    model: z.string().min(1).max(200).default('all-MiniLM-L6-v2').describe('Name of the model.'),
    batchTexts: z.int().min(1).max(2_000).default(32).describe('Upper limit of texts in one request.'),
    connectTimeoutMs: milliseconds(100, 20_000).default(1_000).describe('Time limit for connecting, ms.'),
    timeoutMs: milliseconds(100, 60_000).default(1_500).describe('Time limit for a request with one text, ms.'),
    perTextTimeoutMs: milliseconds(0, 10_000).default(500).describe('Time added to timeoutMs for each further text of a request, ms.'),
    connections: z.int().min(1).max(1_000).default(16).describe('Upper limit of simultaneous requests; more wait.'),
  })
  .prefault({});

/** Where the speech services are, and how long and how often they are asked. */
export const serviceOptions = z
  .strictObject({
    stt: sttOptions.describe('Speech to text.'),
    llm: llmOptions.describe('The language model (LLM).'),
    tts: ttsOptions.describe('Text to speech.'),
    embedding: embeddingOptions.describe('Sentence vectors, by which the knowledge is searched.'),
    keepAliveMs: milliseconds(100, 600_000)
      .default(4_000)
      .describe('Time that an idle HTTP connection is kept, ms. Less than the 5 s after which uvicorn closes its end.'),
    retry: z
      .strictObject({
        attempts: z
          .int()
          .min(1)
          .max(10)
          .default(3)
          .describe('Upper limit of attempts. A request is only repeated before the first byte of its reply.'),
        backoffMs: milliseconds(0, 5_000).default(40).describe('First back-off, before the second attempt, ms; it doubles each time.'),
        withinMs: milliseconds(0, 30_000).default(600).describe('Time after which no further attempt begins, ms.'),
      })
      .prefault({})
      .describe('Repetition of failed requests.'),
    breaker: z
      .strictObject({
        failures: z.int().min(1).max(100).default(4).describe('Consecutive failures that open the breaker.'),
        openMs: milliseconds(50, 60_000)
          .default(1_000)
          .describe('Time that the breaker stays open before a probe, ms; it doubles each time a probe fails.'),
        maxOpenMs: milliseconds(100, 600_000).default(8_000).describe('Upper limit of the time that the breaker stays open, ms.'),
        probeMs: milliseconds(100, 60_000)
          .default(5_000)
          .describe('Time after which an unanswered probe is given up and another may start, ms.'),
      })
      .prefault({})
      .describe('Circuit breaker: stops asking a service that keeps failing.'),
  })
  .prefault({});

export type ServiceOptions = z.infer<typeof serviceOptions>;
