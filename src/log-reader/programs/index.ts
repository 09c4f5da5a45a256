import type { Basis } from "../basis.ts";
import type { Program } from "../program.ts";
import type { RunStorage } from "../run-storage.ts";
import { interactionProgram } from "./interaction.ts";
import { multipleExposuresProgram } from "./multiple-exposures.ts";
import { replayProgram } from "./replay.ts";
import { segmentsProgram } from "./segments.ts";
import { unitHistoryProgram } from "./unit-history.ts";
import { verificationProgram } from "./verification.ts";
import { winsorizedProgram } from "./winsorized.ts";

/** How the question of a run is answered. @param storage keeps what its steps find */
export function programOf({ question, subjects, takenAt: now }: Basis, storage: RunStorage): Program {
  const [subject, other] = subjects;
  if (!subject) throw new Error("a question is about an experiment");
  switch (question.kind) {
    case "verification":
      return verificationProgram(subject, storage);
    case "replay":
      return replayProgram(subject, storage);
    case "segments":
      return segmentsProgram(subject, { segmentation: question, now }, storage);
    case "winsorized":
      return winsorizedProgram(
        subject,
        { metric: question.metric, quantile: question.quantile, now },
        storage,
      );
    case "unit_history":
      return unitHistoryProgram(subject, question.unit, storage);
    case "multiple_exposures":
      return multipleExposuresProgram(subject, storage);
    case "interaction":
      if (!other) throw new Error("an interaction is between two experiments");
      return interactionProgram(subject, other, now, storage);
  }
}
