/** Calls `act` at the next touch of the page, which is when browsers begin to allow sound. */
export function onNextGesture(act: () => void, signal: AbortSignal): void {
  const stop = new AbortController();
  const either = AbortSignal.any([stop.signal, signal]);
  for (const type of ['pointerup', 'keydown'] as const) {
    document.addEventListener(
      type,
      () => {
        stop.abort();
        act();
      },
      { signal: either, capture: true },
    );
  }
}
