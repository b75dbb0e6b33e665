import { setImmediate, setTimeout } from 'node:timers/promises';

/** What is under way in this process, and calls back when it is done; handles that only wait (servers, sockets) are none of it. */
const workInProgress = /Req(Wrap|Callback|Promise)?$|ConnectWrap|WriteWrap|ShutdownWrap|Zlib|SHUTDOWN|WRITE/i;
/** Rounds without work after which nothing more comes: each gives the loopback a millisecond to deliver. */
const quietRounds = 2;
/** Real time after which it is no longer waited for: work that takes longer has to hold the clock. */
const mostRounds = 500;

/** Settles when all that was set off in this process has been done: promises, and what was sent over loopback. */
export async function quiet(): Promise<void> {
  let quietFor = 0;
  for (let round = 0; round < mostRounds && quietFor < quietRounds; round += 1) {
    // Promises and what is readable now; then what the loopback delivers.
    await setImmediate();
    await setImmediate();
    await setTimeout(1);
    quietFor = process.getActiveResourcesInfo().some((name) => workInProgress.test(name)) ? 0 : quietFor + 1;
  }
}
