import { cause, type Draft } from './collector';
import type { Stop } from './watch';

/** What an analysis that had to end too early left out. */
export interface LeftOut {
  readonly why: Stop;
  /** Number of frames of interest that were not read, and number of all of them. */
  readonly unread: number;
  readonly messages: number;
  /** Number of the last frame that was read; undefined if all were. */
  readonly lastFrame: number | undefined;
}

const TITLES: Readonly<Record<Stop, string>> = {
  memory: 'too many clients to look at each',
  time: 'too much to look at everything',
  cancelled: 'the analysis was stopped before its end',
};

const CAUSES: Readonly<Record<Stop, string>> = {
  memory: 'The capture holds more clients and exchanges than fit into the memory that the analysis may use',
  time: 'The capture is very large, or this computer is busy: the analysis used up its time',
  cancelled: 'You chose Cancel while the analysis was running',
};

/** The finding that not everything was analysed: the other findings hold, but there may be more. */
export function incomplete(name: string, { why, unread, messages, lastFrame }: LeftOut): Draft {
  return {
    id: 'analysis-incomplete',
    severity: 'warning',
    subject: name,
    frames: [],
    detail: () => ({
      title: `${name}: ${TITLES[why]}`,
      explanation:
        unread > 0
          ? `Of ${messages} frames of interest ${unread} were not analysed${lastFrame === undefined ? '' : `: those after frame ${lastFrame}`}. Conversations and findings tell of the others only. All frames are in the list, and can be decoded.`
          : 'Some of the checks were left out, so there may be more wrong than is said here. Conversations are complete, and all frames can be decoded.',
      causes: [cause('likely', CAUSES[why])],
      steps: [
        'Take one client out of the capture and open that: `tshark -r FILE -Y "dhcp.hw.mac_addr == MAC" -w ONE.pcapng`.',
        'Or cut the capture into pieces: `editcap -c 100000 FILE PIECE.pcapng`.',
      ],
      reference: 'This is about the program; no standard speaks of it',
    }),
  };
}
