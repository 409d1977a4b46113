/** A resource that is not the product's, in a group of its own: all that it takes is this file and a place in the list. */
import { z } from 'zod';
import { nameSchema } from '#schema/resources.ts';
import { EVERYONE, MEMBERS } from '#server/authz/roles.ts';
import { parseBody } from '#server/resources/body.ts';
import { apiVersionOf } from '#server/resources/group.ts';
import { answer, type Declaration, refuse } from '#server/resources/resource.ts';
import { whole } from '#server/resources/whole.ts';

const group = { name: 'notes.example', version: 'v2' };
const head = { apiVersion: z.literal(apiVersionOf(group)), kind: z.literal('Note') };
const spec = z.strictObject({ text: z.string().max(80) });
const note = z.strictObject({ ...head, metadata: z.strictObject({ name: nameSchema }), spec });
type Note = z.infer<typeof note>;

export const notes: Declaration<object> = {
  plural: 'notes',
  kind: 'Note',
  singular: 'note',
  group,
  storage: 'memory',
  schema: note,
  creates: note,
  verbs: ['list', 'get', 'create'],
  columns: [{ name: 'Text', type: 'string', cell: ({ spec }: Note) => spec.text }],
  rules: [
    { roles: EVERYONE, verbs: ['get', 'list'] },
    { roles: MEMBERS, verbs: ['create'] },
  ],
  serve(_, facts) {
    const all: Note[] = [];
    return {
      ...whole(facts, () => all),
      async create({ body }) {
        const parsed = parseBody(note, 'Note', body);
        if ('refused' in parsed) return refuse(parsed.refused);
        all.push(parsed.value);
        return answer(parsed.value, 201);
      },
    };
  },
};
