/** Why a move of Connect Four is refused, beside what holds for every match. */
export const refusals = { 'column-full': 'That column is full.' } as const;
