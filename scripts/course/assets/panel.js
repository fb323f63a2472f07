// The panel of exercises on a chapter's page, and the last verdict on every page. `cargo course`
// adds this script to the pages that it serves; the book itself has none of it.
//
// What it shows comes as one whole snapshot at each change, over Server-Sent Events. All of it
// is put into the page as text, never as HTML.
"use strict";
(() => {
  const { page, book, run, token, editor } = document.currentScript.dataset;

  // The key has become a cookie, and need not stand in the address, which is copied and kept.
  const address = new URL(location.href);
  if (address.searchParams.has("key")) {
    address.searchParams.delete("key");
    history.replaceState(history.state, "", address);
  }

  // ---- small helpers ----

  /** An element with a class, attributes and children; strings become text. */
  function make(tag, name, ...children) {
    const element = document.createElement(tag);
    if (name) element.className = name;
    element.append(...children.filter((child) => child !== null && child !== undefined));
    return element;
  }

  function link(text, href, name) {
    const element = make("a", name, text);
    element.setAttribute("href", href);
    return element;
  }

  function button(text, name, act) {
    const element = make("button", name, text);
    element.type = "button";
    element.addEventListener("click", () => {
      if (element.getAttribute("aria-disabled") !== "true") act(element);
    });
    return element;
  }

  /** A button that cannot be used keeps the focus, so that the keyboard's place is not lost. */
  function usable(element, can) {
    element.setAttribute("aria-disabled", can ? "false" : "true");
  }

  /** Sets a text, and touches the page only if it is another one. */
  function say(element, text) {
    if (element.textContent !== text) element.textContent = text;
  }

  const colors = ["faint", "red", "green", "yellow", "blue", "magenta", "cyan", null];

  /** Text with ANSI colors, as a terminal would show it. */
  function terminal(ansi) {
    const out = document.createDocumentFragment();
    let bold = false;
    let faint = false;
    let color = null;
    for (const piece of ansi.split(/(\x1b\[[0-9;:?]*[A-Za-z])/)) {
      const escape = /^\x1b\[([0-9;:?]*)([A-Za-z])$/.exec(piece);
      if (!escape) {
        if (piece === "") continue;
        const name = color ? `course-${color}` : faint ? "course-faint" : "";
        out.append(bold || name ? make(bold ? "b" : "span", name, piece) : piece);
        continue;
      }
      if (escape[2] !== "m") continue;
      const codes = escape[1].split(/[;:]/).map(Number);
      for (let i = 0; i < codes.length; i += 1) {
        const code = codes[i];
        if (code === 0) [bold, faint, color] = [false, false, null];
        else if (code === 1) bold = true;
        else if (code === 2) faint = true;
        else if (code === 22) [bold, faint] = [false, false];
        else if (code === 39) color = null;
        else if (code >= 30 && code <= 37) color = colors[code - 30];
        else if (code >= 90 && code <= 97) color = colors[code - 90];
        else if (code === 38 && codes[i + 1] === 5) {
          color = codes[i + 2] < 16 ? colors[codes[i + 2] % 8] : null;
          i += 2;
        } else if (code === 38 && codes[i + 1] === 2) i += 4;
      }
    }
    return out;
  }

  /** One line of Markdown: code and bold as such, links as their text. */
  function inline(text) {
    const out = document.createDocumentFragment();
    for (const piece of text.split(/(`[^`]+`|\*\*[^*]+\*\*|\[[^\]]*\]\([^)]*\))/)) {
      const linked = /^\[([^\]]*)\]\([^)]*\)$/.exec(piece);
      if (piece.startsWith("`") && piece.length > 2) out.append(make("code", "", piece.slice(1, -1)));
      else if (piece.startsWith("**") && piece.length > 4) out.append(make("b", "", piece.slice(2, -2)));
      else if (linked) out.append(inline(linked[1]));
      else if (piece !== "") out.append(piece);
    }
    return out;
  }

  /** What hints are written in: paragraphs, lists and fenced code. */
  function markdown(source) {
    const out = document.createDocumentFragment();
    let paragraph = [];
    let list = null;
    let code = null;
    const flush = () => {
      if (paragraph.length > 0) {
        const text = inline(paragraph.join(" "));
        if (list) list.append(make("li", "", text));
        else out.append(make("p", "", text));
      }
      paragraph = [];
    };
    for (const line of source.split("\n")) {
      const text = line.trim();
      if (code) {
        if (text.startsWith("```")) code = null;
        else code.append(`${line}\n`);
      } else if (text.startsWith("```")) {
        flush();
        list = null;
        code = make("pre");
        // It scrolls sideways where it is wider than the window, by keys too.
        code.tabIndex = 0;
        out.append(code);
      } else if (/^[-*] /.test(text)) {
        flush();
        if (!list) {
          list = make("ul", "course-bullets");
          out.append(list);
        }
        paragraph = [text.slice(2)];
      } else if (text === "") {
        flush();
        list = null;
      } else {
        paragraph.push(text);
      }
    }
    flush();
    return out;
  }

  // ---- what is known ----

  const looks = {
    missing: ["wrong", "✕", "exercise.rs is missing"],
    unreadable: ["wrong", "✕", "exercise.rs cannot be read"],
    "not-started": ["new", "○", "not started"],
    changed: ["changed", "◐", "changed, not checked"],
    failing: ["wrong", "✕", "failing"],
    "does-not-compile": ["wrong", "✕", "does not compile"],
    done: ["done", "✓", "done"],
    "done-changed-since": ["done", "✓", "done, changed since"],
  };

  /** How an exercise looks: a name for the style, a sign, and words. */
  function look(view, busy) {
    if (busy && busy.exercise === view.name) {
      const doing = { building: "building", "waiting-for-cargo": "waiting", running: "running" };
      return ["busy", "●", `${doing[busy.doing] ?? "checking"} …`];
    }
    if (view.running) return ["busy", "●", "waiting …"];
    return looks[view.state] ?? ["new", "○", view.state];
  }

  function busyWords(busy) {
    if (busy.doing === "waiting-for-cargo") {
      return "Another Cargo is at work. This check goes on when it has ended.";
    }
    if (busy.doing === "running") return "The check runs.";
    return busy.detail ? `Cargo builds the check: ${busy.detail}` : "Cargo builds the check.";
  }

  let snapshot = null;
  let connected = false;
  let panel = null;
  const cards = new Map();

  // ---- what a click does ----

  /** Asks the course for something; returns what went wrong, if something did. */
  async function ask(what, name) {
    try {
      const answer = await fetch(`/live/${what}`, {
        method: "POST",
        headers: { "x-course-token": token, "content-type": "text/plain" },
        body: name,
      });
      return answer.ok ? "" : (await answer.text()).trim() || `the course says ${answer.status}`;
    } catch {
      return "`cargo course` does not answer: is it still running?";
    }
  }

  async function copied(element, text) {
    const before = "Copy path";
    try {
      await navigator.clipboard.writeText(text);
      element.textContent = "Copied";
    } catch {
      element.textContent = "Not copied";
    }
    say(voice, element.textContent);
    setTimeout(() => { element.textContent = before; }, 2000);
  }

  // ---- one exercise ----

  /** An exercise on this page. Made once, and then changed in place: focus and what is open stay. */
  function card(first) {
    const name = first.name;
    const mark = make("span", "course-mark");
    mark.setAttribute("aria-hidden", "true");
    const state = make("span", "course-state");
    const title = make("span", "",
      make("span", "course-name", first.title), " ",
      make("span", "course-minutes", `${first.minutes} min`));
    const details = make("details", "course-exercise", make("summary", "", mark, title, state));
    details.id = `exercise-${name}`;

    const trouble = make("p", "course-trouble");
    trouble.setAttribute("role", "alert");
    const act = (what) => async () => { say(trouble, await ask(what, name)); };
    const path = make("code", "", first.file);
    path.id = `path-${name}`;
    const copy = button("Copy path", "course-plain", () => copied(copy, first.path));
    copy.setAttribute("aria-describedby", path.id);
    let opener;
    if (editor) {
      opener = button(`Open in ${editor}`, "course-plain", act("open"));
    } else {
      const whole = first.path.replaceAll("\\", "/").split("/").map(encodeURIComponent).join("/");
      opener = link("Open in VS Code", `vscode://file/${whole.replace(/^\//, "").replace("%3A", ":")}`);
    }
    opener.setAttribute("aria-describedby", path.id);
    const file = make("p", "course-file", path, opener, copy);

    const check = button("Check", "", act("check"));
    const hint = button("", "", act("hint"));
    const buttons = make("div", "course-buttons", check, hint);
    const busyLine = make("p", "course-faint");
    const verdict = make("div");
    const hints = make("ol", "course-hints");
    details.append(make("div", "course-body", file, buttons, trouble, busyLine, verdict, hints));

    let shownVerdict = "";
    let shownHints = 0;

    return {
      details,
      update(view, busy) {
        const [kind, sign, words] = look(view, busy);
        details.dataset.look = kind;
        details.dataset.state = view.state;
        say(mark, sign);
        say(state, words);
        const mine = busy && busy.exercise === name;
        say(busyLine, mine ? busyWords(busy) : "");
        busyLine.hidden = !mine;
        usable(check, connected && !view.running);
        const left = view.hints_total - view.hints.length;
        const nth = `hint ${view.hints.length + 1} of ${view.hints_total}`;
        say(hint, left > 0 ? `Show ${nth}` : "All hints are shown");
        usable(hint, connected && left > 0);
        hint.hidden = view.hints_total === 0;

        const key = JSON.stringify([view.verdict, view.verdict_is_fresh, view.mistake, view.state, nextAfter(name)?.exercise.name]);
        if (key !== shownVerdict) {
          shownVerdict = key;
          verdict.replaceChildren(...[verdictOf(view)].filter(Boolean));
        }
        // Hints are only ever added, unless the exercise began again.
        if (view.hints.length < shownHints) {
          hints.replaceChildren();
          shownHints = 0;
        }
        for (const one of view.hints.slice(shownHints)) {
          shownHints += 1;
          const number = `Hint ${shownHints} of ${view.hints_total}`;
          const heading = /^\d+$/.test(one.heading) ? number : `${number}: ${one.heading}`;
          const item = make("li", "", make("h4", "course-hint-title", heading), markdown(one.markdown));
          hints.append(item);
        }
        hints.hidden = shownHints === 0;
      },
    };
  }

  /** A mistake by name, as a link to its entry. */
  function mistakeLink(id, text) {
    return link(text, `mistakes.html#${id}`);
  }

  function fact(key, ...value) {
    return [make("dt", "", key), make("dd", "", ...value)];
  }

  function verdictOf(view) {
    const { verdict } = view;
    if (view.state === "missing") {
      return make("p", "", make("code", "", `cargo course reset ${view.name}`), " puts the file back as it was shipped.");
    }
    if (!verdict) {
      const wrong = view.state === "failing" || view.state === "does-not-compile";
      if (!wrong || !view.mistake) return null;
      return make("p", "", "The last check found ", mistakeLink(view.mistake, view.mistake), ".");
    }
    const out = make("div", "course-verdict");
    out.classList.toggle("course-right", verdict.passed);
    out.classList.toggle("course-old", !view.verdict_is_fresh);
    out.append(make("p", "course-headline", inline(verdict.headline)));
    if (!view.verdict_is_fresh) {
      out.append(make("p", "course-faint", "The file has changed since this check."));
    }
    if (verdict.mistake) {
      const { id, because, read_text, read_href } = verdict.mistake;
      const facts = make("dl", "course-facts");
      if (verdict.saw) facts.append(...fact("saw", inline(verdict.saw)));
      if (because) facts.append(...fact("because", inline(because)));
      if (read_text) facts.append(...fact("read", link(read_text, read_href)));
      facts.append(...fact("mistake", mistakeLink(id, id)));
      out.append(facts);
    }
    if (verdict.picture) {
      // As an image: whatever is in it, none of it can run or reach this page.
      const picture = make("img");
      picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(verdict.picture)}`;
      picture.alt = "What happened when, drawn; the same is in what the check said";
      const frame = make("div", "course-picture", picture);
      frame.tabIndex = 0; // it scrolls sideways on a phone
      frame.setAttribute("role", "region");
      frame.setAttribute("aria-label", "What happened when");
      out.append(frame);
    }
    if (verdict.learned.length > 0) {
      out.append(make("p", "", "What it was about:"));
      const learned = make("ul", "course-learned");
      for (const one of verdict.learned) {
        const item = make("li", "", mistakeLink(one.id, one.title));
        if (one.read_text) item.append(": ", link(one.read_text, one.read_href));
        learned.append(item);
      }
      out.append(learned);
    }
    if (verdict.text.trim() !== "") {
      const refused = view.state === "does-not-compile" && !verdict.passed;
      const words = make("pre", refused ? "course-rustc" : "", terminal(verdict.ansi));
      words.tabIndex = 0;
      words.setAttribute("role", "region");
      words.setAttribute("aria-label", "All that the check said");
      const said = make("details", "course-said", make("summary", "", "All that the check said"), words);
      // What a mistake's name explains is short; the compiler's words are best read whole.
      said.open = !verdict.passed && (!verdict.mistake || refused);
      out.append(said);
    }
    if (verdict.passed) {
      const ours = make("p", "", "Ours, beside yours: ", make("code", "", `cargo course solution ${view.name}`));
      const next = nextAfter(view.name);
      out.append(ours);
      if (next) {
        const { chapter, exercise } = next;
        const href = `${chapter.page}#exercise-${exercise.name}`;
        out.append(make("p", "", "Next: ", link(exercise.title, href), ` (${exercise.minutes} min)`));
      } else {
        out.append(make("p", "", "Every exercise is done."));
      }
    }
    return out;
  }

  /** The first exercise after this one that is not done, or else the first of all. */
  function nextAfter(name) {
    const all = snapshot.chapters.flatMap((chapter) =>
      chapter.exercises.map((exercise) => ({ chapter, exercise })));
    const open = ({ exercise }) => looks[exercise.state]?.[0] !== "done" && exercise.name !== name;
    const here = all.findIndex(({ exercise }) => exercise.name === name);
    return all.slice(here).find(open) ?? all.find(open);
  }

  // ---- the panel ----

  function makePanel(chapter) {
    const title = make("h3", "course-title", "Your exercises");
    title.id = "course-panel-title";
    const tally = make("span", "course-tally");
    const bar = make("span", "course-bar");
    bar.setAttribute("aria-hidden", "true");
    const lost = make("p", "course-note");
    lost.setAttribute("role", "status");
    lost.hidden = true;
    const notices = make("div");
    const list = make("ol", "course-list");
    const section = make("section", "course course-panel", make("header", "", title, bar, tally), lost, notices, list);
    section.setAttribute("aria-labelledby", title.id);
    for (const exercise of chapter.exercises) {
      const made = card(exercise);
      cards.set(exercise.name, made);
      bar.append(make("span"));
      list.append(make("li", "", made.details));
    }
    const main = document.querySelector("main");
    const heading = document.getElementById("exercises");
    if (heading && main.contains(heading)) heading.after(section);
    else main.append(section);
    return {
      update(view) {
        const { exercises, done } = view;
        say(tally, `${done} of ${exercises.length} done`);
        exercises.forEach((one, i) => {
          const [kind] = looks[one.state] ?? ["new"];
          bar.children[i].className = kind === "done" ? "course-is-done" : kind === "wrong" ? "course-is-wrong" : "";
          cards.get(one.name)?.update(one, snapshot.busy);
        });
        const asleep = "Nobody watches your files (`--no-watch`): a click on Check checks what you saved.";
        const words = [...snapshot.notices, snapshot.editor_trouble, snapshot.watching ? null : asleep, problem]
          .filter(Boolean);
        if (words.join("\n") !== notices.dataset.shown) {
          notices.dataset.shown = words.join("\n");
          notices.replaceChildren(...words.map((text) => make("p", "course-note", inline(text))));
        }
        lost.hidden = connected;
        say(lost, connected ? "" : "Not connected: `cargo course` has stopped. Start it again, and this page goes on by itself.");
      },
    };
  }

  /** Shows what an address like `#exercise-03-visit-counter` names, which was not there before. */
  function showTarget() {
    const name = decodeURIComponent(location.hash).replace(/^#exercise-/, "");
    const target = cards.get(name);
    if (!target) return;
    target.details.open = true;
    target.details.scrollIntoView({ block: "start" });
  }

  // ---- news: said to a screen reader, and shown where the panel is out of sight ----

  const voice = make("div", "course-unseen");
  voice.setAttribute("role", "status");
  voice.setAttribute("aria-live", "polite");
  const newsLink = link("", "#");
  const newsName = document.createTextNode("");
  const newsState = make("span", "course-news-state");
  newsLink.append(newsName, newsState);
  const news = make("aside", "course course-news", newsLink);
  news.setAttribute("aria-label", "The last check");
  news.hidden = true;
  const dismiss = button("×", "course-plain", () => { news.hidden = true; });
  dismiss.setAttribute("aria-label", "Dismiss");
  news.append(dismiss);

  let newsOf = null;
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      const current = newsOf && cards.get(newsOf);
      if (entry.isIntersecting && current && entry.target === current.details) news.hidden = true;
    }
  });

  function tell(view, chapter) {
    const [kind, , words] = look(view, snapshot.busy);
    const settled = kind !== "busy";
    const headline = settled && view.verdict_is_fresh ? view.verdict?.headline : null;
    // Some headlines say it themselves.
    const first = headline?.startsWith("It does not compile") ? "" : `${words}. `;
    if (settled) say(voice, `${view.title}: ${first}${headline ?? ""}`.trim());
    newsOf = view.name;
    news.dataset.look = kind;
    newsName.data = `${view.title}: `;
    newsState.replaceChildren(inline(headline && !view.verdict.passed ? headline : words));
    newsLink.setAttribute("href", `${chapter.page === page ? "" : chapter.page}#exercise-${view.name}`);
    const here = cards.get(view.name)?.details;
    if (here) seen.observe(here);
    const box = here?.getBoundingClientRect();
    const inSight = box && box.top < innerHeight && box.bottom > 0;
    news.hidden = Boolean(inSight);
  }

  newsLink.addEventListener("click", () => setTimeout(showTarget));
  addEventListener("hashchange", showTarget);

  // ---- the stream ----

  let problem = null;
  let told = new Map();

  function update() {
    if (!snapshot) return;
    const chapter = snapshot.chapters.find((one) => one.page === page);
    const first = panel === null;
    if (first && chapter && chapter.exercises.length > 0) {
      panel = makePanel(chapter);
    }
    if (panel && chapter) panel.update(chapter);
    const before = told;
    told = new Map();
    for (const one of snapshot.chapters) {
      for (const view of one.exercises) {
        const [kind] = look(view, snapshot.busy);
        const key = JSON.stringify([kind, view.state, view.verdict, view.verdict_is_fresh]);
        told.set(view.name, key);
        if (before.size > 0 && before.get(view.name) !== key) {
          const mine = cards.get(view.name);
          if (mine && kind !== "new" && kind !== "changed") mine.details.open = true;
          tell(view, one);
        }
      }
    }
    if (before.size === 0 && panel) {
      const undone = chapter.exercises.find((one) => looks[one.state]?.[0] !== "done");
      const open = cards.get(snapshot.current) ?? cards.get(snapshot.next) ?? cards.get(undone?.name);
      if (open) open.details.open = true;
      showTarget();
    }
  }

  let stream = null;

  function connect() {
    if (stream) return;
    stream = new EventSource("/live/events");
    stream.addEventListener("page", (event) => {
      const newest = JSON.parse(event.data);
      // Another run has another token, and another rendering has other words. Number 0 is none yet.
      const rendered = newest.book > 0 && !newest.problem;
      if (newest.run !== run || (rendered && String(newest.book) !== book)) {
        disconnect();
        location.reload();
        return;
      }
      problem = newest.problem;
      update();
    });
    stream.addEventListener("snapshot", (event) => {
      snapshot = JSON.parse(event.data);
      connected = true;
      document.documentElement.dataset.course = "connected";
      update();
    });
    stream.addEventListener("error", () => {
      connected = false;
      document.documentElement.dataset.course = "lost";
      update();
      // The browser tries again by itself, but not after an answer that it did not like.
      if (stream && stream.readyState === EventSource.CLOSED) {
        stream = null;
        setTimeout(() => { if (!document.hidden) connect(); }, 2000);
      }
    });
  }

  function disconnect() {
    stream?.close();
    stream = null;
  }

  // A browser holds six connections to a server, and each open stream is one: a tab that nobody
  // looks at gives its own back.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) disconnect();
    else connect();
  });
  addEventListener("pagehide", disconnect);
  addEventListener("pageshow", () => { if (!document.hidden) connect(); });

  document.body.append(voice, news);
  voice.classList.add("course-voice");
  if (!document.hidden) connect();
})();
