/** What k6 runs: the one scenario that `SCENARIO` names. `npm run load` sets the environment. */
import { plan, SCENARIO } from './plan.ts';
import { connectFour } from './scenarios/connect-four.ts';
import { joinStorm } from './scenarios/join-storm.ts';
import { kill } from './scenarios/kill.ts';
import { lobbyChat } from './scenarios/lobby-chat.ts';
import { probe } from './scenarios/probe.ts';
import { restMix } from './scenarios/rest-mix.ts';
import { summarise } from './summary.ts';
import type { Scenario } from './thresholds.ts';

const VISITS: Record<Scenario, () => Promise<void>> = {
  'lobby-chat': lobbyChat,
  'connect-four': connectFour,
  probe,
  'join-storm': joinStorm,
  'rest-mix': restMix,
  kill,
};

export const options = plan();
export const handleSummary = summarise;
export default VISITS[SCENARIO];
