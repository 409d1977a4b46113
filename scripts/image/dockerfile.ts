/** Reads a Dockerfile: its stages, and what each of them does, in order. Knows what ours uses, and says so of the rest. */

export type Step =
  | { does: 'copy'; from: string | undefined; sources: string[]; to: string }
  | { does: 'run'; command: string };

export type Stage = {
  name: string | undefined;
  /** The image it begins with, arguments filled in. */
  base: string;
  workdir: string;
  steps: Step[];
  env: Record<string, string>;
  labels: Record<string, string>;
  user: string | undefined;
  entrypoint: string[];
  /** What its HEALTHCHECK runs. */
  healthcheck: string[];
  volumes: string[];
  exposed: string[];
  stopSignal: string | undefined;
};

/** @throws Error naming the line of what is not understood: a test of half a file would show nothing. */
export function parseDockerfile(text: string): Stage[] {
  const stages: Stage[] = [];
  const args: Record<string, string> = {};
  for (const line of instructions(text)) {
    const [, word = '', rest = ''] = /^(\S+)\s+(.*)$/s.exec(line) ?? [];
    const stage = stages.at(-1);
    if (word === 'ARG') Object.assign(args, pairs(rest));
    else if (word === 'FROM') stages.push(stageOf(rest, args));
    else if (!stage || !read(stage, word, rest, line))
      throw new Error(`The Dockerfile has what is not understood: ${line}`);
  }
  return stages;
}

/** Whole instructions, without comments, continued lines joined. */
function instructions(text: string): string[] {
  const lines = text.split('\n').filter((line) => !/^\s*#/.test(line));
  return lines
    .join('\n')
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function stageOf(rest: string, args: Record<string, string>): Stage {
  const [image = '', , name] = rest.split(/\s+/);
  const base = image.replace(/\$\{?(\w+)\}?/g, (_, arg: string) => args[arg] ?? '');
  const nothing = { user: undefined, stopSignal: undefined, entrypoint: [], healthcheck: [], volumes: [], exposed: [] };
  return { name, base, workdir: '/', steps: [], env: {}, labels: {}, ...nothing };
}

function read(stage: Stage, word: string, rest: string, line: string): boolean {
  if (word === 'COPY') stage.steps.push(copyOf(rest, line));
  else if (word === 'RUN') stage.steps.push({ does: 'run', command: rest });
  else if (word === 'WORKDIR') stage.workdir = rest;
  else if (word === 'ENV') Object.assign(stage.env, pairs(rest));
  else if (word === 'LABEL') Object.assign(stage.labels, pairs(rest));
  else if (word === 'USER') stage.user = rest;
  else if (word === 'VOLUME') stage.volumes.push(...rest.split(/\s+/));
  else if (word === 'EXPOSE') stage.exposed.push(...rest.split(/\s+/));
  else if (word === 'STOPSIGNAL') stage.stopSignal = rest;
  else if (word === 'ENTRYPOINT') stage.entrypoint = JSON.parse(rest);
  else if (word === 'HEALTHCHECK') stage.healthcheck = JSON.parse(rest.replace(/^.*?CMD\s+/, ''));
  else return false;
  return true;
}

function copyOf(rest: string, line: string): Step {
  const words = rest.split(/\s+/);
  const from = words[0]?.startsWith('--from=') ? words.shift()?.slice('--from='.length) : undefined;
  if (words.some((word) => word.startsWith('--')))
    throw new Error(`The Dockerfile has what is not understood: ${line}`);
  const to = words.pop() ?? '';
  return { does: 'copy', from, sources: words, to };
}

const pairs = (text: string): Record<string, string> =>
  Object.fromEntries(
    [...text.matchAll(/([\w.-]+)=(?:"([^"]*)"|(\S+))/g)].map(([, name, a, b]) => [name, a ?? b ?? '']),
  );
