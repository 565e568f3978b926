export {
  type EmbeddedSipServerDeps,
  type EmbeddedSipServerOptions,
  type RunningSipServer,
  startEmbeddedSipServer,
} from './io/run-server.ts';
