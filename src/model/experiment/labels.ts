import * as z from "zod";
import { displayNameSchema, epochMillisecondsSchema } from "../identifiers.ts";

const MAXIMUM_TAGS = 10;
const MAXIMUM_NOTE_CHARACTERS = 10_000;

const tagSchema = z
  .string()
  .regex(
    /^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,39}$/u,
    "a tag has up to 40 letters, digits, spaces, '.', '_' and '-'",
  );

const tagsSchema = z
  .array(tagSchema)
  .max(MAXIMUM_TAGS)
  .refine((tags) => new Set(tags).size === tags.length, "every tag is listed once");

const fields = {
  /** Who answers for it: a person or a team. */
  owner: displayNameSchema.nullable(),
  tags: tagsSchema,
  /** What was learnt, what to do next. Plain text. */
  notes: z.string().max(MAXIMUM_NOTE_CHARACTERS),
};

/** What people say about an experiment. Nothing is decided by it, so that it may change at any time, also after the end. */
export const labelsSchema = z.strictObject({
  owner: fields.owner.default(null),
  tags: fields.tags.default([]),
  notes: fields.notes.default(""),
  /** Since when lists hide it; null where they show it. */
  archivedAt: epochMillisecondsSchema.nullable().default(null),
});
export type Labels = z.infer<typeof labelsSchema>;

/** The body that changes some of them and leaves the others as they are. */
export const labelsUpdateSchema = z
  .strictObject({
    owner: fields.owner.optional(),
    tags: fields.tags.optional(),
    notes: fields.notes.optional(),
    /** Only an experiment that has ended can be archived. */
    archived: z.boolean().optional(),
  })
  .meta({ id: "LabelsUpdate" });
export type LabelsUpdate = z.infer<typeof labelsUpdateSchema>;
