import { readRemembered, type Remembered } from './settings.ts';

/** What was chosen on the visit before. */
export function recall(): Remembered {
  try {
    return readRemembered(localStorage.getItem(KEY));
  } catch {
    return readRemembered(null);
  }
}

/** Storage may be full or forbidden; then a choice holds for this visit. */
export function store(remembered: Remembered): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(remembered));
  } catch {
    // As said above.
  }
}

const KEY = 'parley';
