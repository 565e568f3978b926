/** The fault of a turn, of either side, in which nothing happened any more. */
export const TURN_STUCK = 'TURN_STUCK';
