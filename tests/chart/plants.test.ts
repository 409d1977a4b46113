/** A mistake of each kind, planted into what the chart renders: the rule that is for it speaks up. */
import { expect, it } from 'vitest';
import { type Profile, render } from '#tests/chart/helm.ts';
import { idOf, type Manifest } from '#tests/chart/manifests.ts';
import { BETWEEN, IN_THE_MESH } from '#tests/chart/plants/between.ts';
import type { Plant } from '#tests/chart/plants/planting.ts';
import { IN_PODS } from '#tests/chart/plants/pods.ts';

function planted(profile: Profile, [, rule, id, plant]: Plant): string[] {
  const manifests = structuredClone(sound(profile));
  const target = manifests.find((one) => idOf(one) === id);
  if (!target) throw new Error(`There is no ${id} to plant into.`);
  plant(target);
  return rule(manifests);
}

const renders = new Map<Profile, Manifest[]>();
function sound(profile: Profile): Manifest[] {
  const made = renders.get(profile) ?? render({ profile });
  renders.set(profile, made);
  return made;
}

it.each([...IN_PODS, ...BETWEEN])('[Q13] %s is detected', (...plant) => {
  expect(plant[1](sound('dev'))).toEqual([]);
  expect(planted('dev', plant).join('\n')).toMatch(plant[4]);
});

it.each(IN_THE_MESH)('[Q13] in a mesh, %s is detected', (...plant) => {
  expect(plant[1](sound('dev in a mesh'))).toEqual([]);
  expect(planted('dev in a mesh', plant).join('\n')).toMatch(plant[4]);
});
