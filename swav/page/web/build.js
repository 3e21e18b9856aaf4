// Builds: the one that runs, whoever started it, its jobs, and why one failed. Only what the build wrote down is shown.

import { badge, button, counted, h, icon, mark } from "./dom.js";
import { go } from "./route.js";
import { ask, store } from "./store.js";

const WORDS = { running: "Building", done: "Built", failed: "Failed", stopped: "Stopped", lost: "Stopped unexpectedly" };
const STEPS = ["make_sample", "speak", "set_lettering", "keyframe", "draw", "render", "judge", "motion", "segment", "transition"];

class Build extends HTMLElement {
  state = null;
  shown = "";

  connectedCallback() {
    if (this.head) return;
    this.head = h("section", { class: "build-head" });
    this.live = h("section", { class: "live", "aria-label": "What renders now" });
    this.matrix = h("section", { class: "matrix" });
    this.happened = h("section", { class: "happened", role: "log", "aria-label": "What happened" });
    this.rail = h("aside", { class: "rail", "aria-label": "What a build would do" });
    this.append(h("div", { class: "build-main" }, this.head, this.live, this.matrix, this.happened), this.rail);
  }

  async update() {
    await this.#read();
  }

  pulse() {
    if (this.state?.build?.state === "running" || this.state?.starting || this.state?.live.length || store.pulse.build !== this.seen) this.#read();
  }

  async #read() {
    this.seen = store.pulse.build;
    try {
      this.state = await ask("/api/build");
    } catch (error) {
      return this.head.replaceChildren(h("p", { class: "is-fail" }, error.message));
    }
    const text = JSON.stringify([this.state, store.film.plan]);
    const runs = this.state.build?.state === "running";
    if (text === this.shown && !runs) return;
    this.shown = text;
    this.#draw();
  }

  #draw() {
    const { build, starting, said } = this.state;
    const runs = build?.state === "running";
    const plan = store.film.plan;
    const wanted = starting && !runs;
    const title = wanted ? "A build is beginning …" : build ? `${WORDS[build.state]}${runs && this.asked ? ", asked to stop" : ""}` : "Nothing was built here yet";
    const total = build?.total || 0;
    const left = runs && build.left !== null ? ` · about ${span(build.left * 1000)} left` : "";
    const failed = build?.jobs.filter((job) => job.state === "failed") ?? [];
    this.head.replaceChildren(
      h("div", { class: "build-title" }, h("h2", {}, build && !wanted ? mark({ running: "pending", done: "pass", failed: "fail", stopped: "warn", lost: "warn" }[build.state]) : "", ` ${title}`), h("span", { class: "spring" }),
        runs ? [button("Stop after what runs", () => this.#send("stop", { now: false }), { picture: "clock", title: "What runs is finished, nothing more is begun" }), button("Stop now", () => this.#send("stop", { now: true }), { picture: "stop", kind: "bad", title: "What runs is ended; all that was finished stays" })]
          : button("Build the film", () => this.#send("start", {}), { picture: "play", key: "Ctrl Enter", kind: "first", disabled: starting || store.film.faults.length > 0 })),
      build && h("div", { class: "progress", role: "progressbar", "aria-valuemin": "0", "aria-valuemax": String(total), "aria-valuenow": String(build.done), "aria-label": "Jobs done" }, h("i", { class: `is-${build.state}`, style: { width: `${total ? (100 * build.done) / total : 0}%` } })),
      build && h("p", { class: "dim" }, `${build.done} of ${counted(total, "job")}${left} · began ${clock(build.began)}${build.ended ? `, ended ${clock(build.ended)}` : ""} · process ${build.pid} on ${build.host}`),
      store.film.faults.length ? h("p", { class: "is-fail" }, "The storyboard has faults; mend them first.") : "",
      build?.state === "lost" ? h("p", { class: "is-warn" }, "Its process went without a last word. What was finished is kept: build again, and it goes on from there.") : "",
      said && h("pre", { class: "said-log" }, said),
      this.problem ? h("p", { class: "is-fail", role: "alert" }, this.problem) : "",
      ...failed.map((job) => h("div", { class: "failure" }, icon("warn"), h("div", {}, h("p", {}, h("b", {}, `${job.rule} ${job.about}`)), h("p", {}, job.said || "It failed without a sentence; its log may say more."),
        h("div", { class: "buttons" }, button("Its log", () => this.#log(job)), store.shot(job.shot) && button("Edit the shot", () => go("edit", job.shot)))))),
      this.log ? h("pre", { class: "said-log", tabindex: "0", "aria-label": "Log" }, this.log) : "");
    this.#live();
    this.#cells(build);
    this.happened.replaceChildren(build?.jobs.length ? h("h3", {}, "What happened") : "", h("ul", { class: "plain jobs" }, (build?.jobs ?? []).toReversed().slice(0, 200).map((job) => h("li", {}, mark({ running: "pending", done: "pass", failed: "fail", stopped: "warn", lost: "warn" }[job.state], job.state),
      h("span", { class: "count" }, clock(job.began)), h("b", {}, job.rule), h("span", {}, job.about), h("span", { class: "dim why-cell", title: job.why }, job.why), h("span", { class: "count" }, span((job.ended ? Date.parse(job.ended) : job.state === "running" ? Date.now() : Date.parse(job.began)) - Date.parse(job.began)))))));
    this.rail.replaceChildren(
      plan ? h("section", {}, h("h2", {}, plan.ready ? "Nothing is pending" : "A build makes"), plan.summary.map((words) => h("p", { class: "dim" }, words)), plan.common.map((words) => h("p", { class: "dim" }, words)),
        h("ul", { class: "reasons" }, plan.pending.filter((item) => item.why).slice(0, 24).map((item) => h("li", {}, mark("pending"), h("div", {}, h("b", {}, item.shot), h("p", { class: "dim" }, item.why)), h("span")))), plan.edits.slice(0, 24).map((item) => h("p", { class: "dim" }, h("b", {}, item.about), ` ${item.words}`))) : "",
      this.state.earlier.length ? h("section", {}, h("h3", {}, "Earlier builds"), h("ul", { class: "plain" }, this.state.earlier.map((item) => h("li", {}, mark({ done: "pass", failed: "fail", stopped: "warn", lost: "warn", running: "pending" }[item.state], WORDS[item.state]), ` ${item.began.slice(0, 16).replace("T", " ")}, ${item.done} of ${item.total}`, item.failed.length ? `: ${item.failed.join(", ")}` : "")))) : "",
      h("section", {}, h("p", { class: "dim small" }, "Closing this page stops nothing. A build that somebody started in a terminal is seen here too.")));
  }

  // Renders that run: the step, how much of it, how long still, and what it looks like; what the cards do.
  #live() {
    const { live, cards } = this.state;
    const gib = (bytes) => (bytes === null ? "?" : (bytes / 2 ** 30).toFixed(1));
    const hot = (card) => [`${gib(card.used_bytes)} of ${gib(card.total_bytes)} GiB`, card.celsius !== null && `${card.celsius} °C`, card.busy !== null && `${card.busy} % busy`].filter(Boolean).join(" · ");
    this.live.replaceChildren(...live.map((item) => h("div", { class: "rendering" },
      h("p", {}, h("b", {}, item.shot), ` ${item.engine}: ${item.step} ${item.done} of ${item.total}`, h("span", { class: "dim" }, ` · ${span(item.seconds * 1000)}${item.left === null ? "" : `, about ${span(item.left * 1000)} left`}`)),
      h("div", { class: "progress", role: "progressbar", "aria-valuemin": "0", "aria-valuemax": String(item.total), "aria-valuenow": String(item.done), "aria-label": `${item.shot}: ${item.step}` }, h("i", { class: "is-running", style: { width: `${item.total ? (100 * item.done) / item.total : 0}%` } })),
      item.preview && h("figure", {}, h("img", { src: `/${item.preview}`, alt: `${item.shot}, roughly, as it is by now` }), h("figcaption", { class: "dim small" }, "Preview, rough: moments along the take.")))),
    cards.length ? h("ul", { class: "plain cards" }, cards.map((card) => h("li", {}, h("b", {}, `${card.index}: ${card.name}`), ` ${hot(card)}`))) : "");
  }

  // Every shot against every step: only rows that do something.
  #cells(build) {
    const jobs = (build?.jobs ?? []).filter((job) => job.shot);
    const shots = store.film.shots.map((shot) => shot.id).filter((id) => jobs.some((job) => job.shot === id));
    const steps = STEPS.filter((step) => jobs.some((job) => job.rule === step));
    const kept = store.film.shots.length - shots.length;
    if (!shots.length) return this.matrix.replaceChildren();
    const cell = (shot, step) => {
      const job = jobs.filter((item) => item.shot === shot && item.rule === step).at(-1);
      return h("td", {}, job ? mark({ running: "pending", done: "pass", failed: "fail", stopped: "warn", lost: "warn" }[job.state], `${shot} ${step}: ${job.state}`) : "");
    };
    this.matrix.replaceChildren(h("table", {}, h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "shot"), steps.map((step) => h("th", { scope: "col" }, step.replaceAll("_", " "))))),
      h("tbody", {}, shots.map((shot) => h("tr", {}, h("th", { scope: "row" }, shot), steps.map((step) => cell(shot, step)))))), kept ? h("p", { class: "dim small" }, `${counted(kept, "shot")} kept as they are`) : "");
  }

  async #send(what, sent) {
    this.problem = "";
    try {
      await ask(`/api/build/${what}`, sent);
      this.log = "";
      this.asked = what === "stop";
    } catch (error) {
      this.problem = error.message;
    }
    this.shown = "";
    await this.#read();
  }

  async #log(job) {
    try {
      const found = await ask(`/api/build/log/${this.state.build.name}/${job.id}`);
      this.log = found.log || "Its log is empty.";
    } catch (error) {
      this.log = error.message;
    }
    this.#draw();
  }

  key(event) {
    if (event.ctrlKey && event.key === "Enter" && this.state?.build?.state !== "running") return this.#send("start", {}), true;
    return false;
  }
}

function clock(moment) {
  return moment.slice(11, 19);
}

function span(milliseconds) {
  const seconds = Math.max(0, milliseconds / 1000);
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return seconds < 5400 ? `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}` : `${(seconds / 3600).toFixed(1)} h`;
}

customElements.define("swav-build", Build);
