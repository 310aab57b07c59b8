import { isDeepStrictEqual } from 'node:util';
import { EditField, type EditRefusal } from '#api/registry/edit-refusal.ts';
import { type EditValue, EditValues, type ModelChange } from '#api/registry/edit-shapes.ts';
import type { ModelId } from '../../ids.ts';
import { present } from '../../kit/assert.ts';
import { tagsOf } from './tags.ts';

export const EDIT_FIELDS = EditField.options;

/** A model as it may be edited. */
export type Editable = EditValues & { id: ModelId; slug: string; version: number };

/** One field of one model that changes. */
export type FieldEdit = { model: Editable; field: EditField; old_value: EditValue; new_value: EditValue };

/** What a set of edits does, line by line, and what of it cannot be done. */
export type EditDraft = { edits: FieldEdit[]; refusals: EditRefusal[] };

/** What undoing a set changes: every field is put back, unless it was edited again since or is not theirs any more. */
export function draftOfUndo(
  lines: readonly {
    slug: string;
    field: EditField;
    old_value: EditValue;
    new_value: EditValue;
    edited_later: boolean;
  }[],
  models: ReadonlyMap<string, Editable>,
): EditDraft {
  const draft: EditDraft = { edits: [], refusals: [] };
  const rows = [...new Set(lines.map(({ slug }) => slug))];
  for (const { slug, field, old_value, new_value, edited_later } of lines) {
    const model = models.get(slug);
    const about = { row: rows.indexOf(slug) + 1, slug, field };
    if (!model)
      draft.refusals.push({ ...about, code: 'NOT_FOUND', message: 'This model is not yours any more.' });
    else if (edited_later)
      draft.refusals.push({ ...about, code: 'EDITED_LATER', message: 'It was edited again afterwards.' });
    else draft.edits.push({ model, field, old_value: new_value, new_value: old_value });
  }
  return draft;
}

/**
 * What these rows change of these models. A row that changes nothing is no edit, whatever version it was made from: a
 * table is sent back whole, and most of its rows are as they were.
 */
export function draftOf(changes: readonly ModelChange[], models: ReadonlyMap<string, Editable>): EditDraft {
  const draft: EditDraft = { edits: [], refusals: [] };
  const rows = new Map<string, number>();
  for (const [at, change] of changes.entries()) {
    const row = at + 1;
    const first = rows.get(change.slug);
    rows.set(change.slug, first ?? row);
    const model = models.get(change.slug);
    const about = { row, slug: change.slug, field: null };
    if (first !== undefined)
      draft.refusals.push({
        ...about,
        code: 'NAMED_TWICE',
        message: `Row ${first} names this model as well.`,
      });
    else if (!model)
      draft.refusals.push({ ...about, code: 'NOT_FOUND', message: 'There is no such model of yours.' });
    else {
      const { edits, refusals } = rowOf(change, model, row);
      if (edits.length + refusals.length > 0 && change.version !== model.version)
        draft.refusals.push({ ...about, code: 'CHANGED_MEANWHILE', message: changedSince(change, model) });
      else {
        draft.edits.push(...edits);
        draft.refusals.push(...refusals);
      }
    }
  }
  return draft;
}

const changedSince = ({ version: seen }: ModelChange, { version }: Editable) =>
  `It was edited since you looked: you saw version ${seen}, and now it is version ${version}.`;

function rowOf(change: ModelChange, model: Editable, row: number): EditDraft {
  const draft: EditDraft = { edits: [], refusals: [] };
  for (const field of EDIT_FIELDS) {
    const given = plain(change[field]);
    const old_value = model[field];
    if (given === undefined || isDeepStrictEqual(given, plain(old_value))) continue;
    const read = readValue(field, given);
    if ('why' in read)
      draft.refusals.push({ row, slug: model.slug, field, code: 'INVALID', message: sentence(read.why) });
    else if (!isDeepStrictEqual(read.value, old_value))
      draft.edits.push({ model, field, old_value, new_value: read.value });
  }
  return draft;
}

/** Spreadsheets end the lines within a cell in their own way. */
const plain = (value: string | readonly string[] | undefined) =>
  typeof value === 'string' ? value.replace(/\r\n?/g, '\n') : value;

function readValue(field: EditField, given: unknown): { value: EditValue } | { why: string } {
  const read = EditValues.shape[field].safeParse(given);
  if (!read.success) return { why: present(read.error.issues[0], 'what is wrong with a value').message };
  if (!Array.isArray(read.data)) return { value: read.data };
  const tagged = tagsOf(read.data);
  return 'why' in tagged ? tagged : { value: tagged.tags };
}

const sentence = (words: string) => `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
