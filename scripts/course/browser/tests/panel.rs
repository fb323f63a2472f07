//! The page of chapter 03 in a real browser, while an exercise is edited.

use std::time::{Duration, Instant};

use course_browser::{Browser, Course, Look};
use fantoccini::Locator;
use fantoccini::key::Key;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::{Mutex, MutexGuard};

const PAGE: &str = "03-shared-state.html";
const CARD: &str = "#exercise-visit-counter";
const THEMES: [&str; 5] = ["light", "rust", "coal", "navy", "ayu"];

/// There is one copy of the course, and each test has it for itself.
async fn alone() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::const_new(());
    TURN.lock().await
}

async fn open(course: &Course, look: Look) -> Browser {
    let browser = Browser::start(look).await;
    browser.client.goto(&course.page(PAGE)).await.unwrap();
    browser
}

fn inside(selector: &str) -> String {
    format!("{CARD} {selector}")
}

#[tokio::test]
async fn a_wrong_answer_is_named_and_a_right_one_is_done() {
    let _alone = alone().await;
    let mut course = Course::copied();
    course.start(None);
    let browser = open(&course, Look::default()).await;
    browser.shows(".course-tally", "0 of 6 done").await;
    browser.shows(&inside(".course-state"), "not started").await;
    browser.run("window.sameDocument = true").await;

    course.save_from_museum("visit-counter", "wrong/holds_the_guard.rs");
    browser.shows(&inside(".course-state"), "failing").await;
    browser.shows(&inside(".course-verdict"), "guard-across-await").await;
    // The whole verdict is there, and where to read is a link into this book.
    browser.shows(&inside(".course-facts"), "because").await;
    let link = inside(".course-facts a[href*='.html#']");
    let href =
        browser.run(&format!("return document.querySelector(\"{link}\").href")).await;
    let href = href.as_str().unwrap();
    assert!(href.starts_with(course.url()), "{href}");
    browser.shows("[role='status'].course-unseen", "failing").await;

    course.save("visit-counter", "pub fn nothing() {}\n");
    browser.shows(&inside(".course-state"), "does not compile").await;
    browser.shows(&inside("pre"), "error[E0").await;
    browser
        .holds(&format!("document.querySelector('{} .course-red')", inside("pre")))
        .await;

    course.remove("visit-counter");
    browser.shows(&inside(".course-state"), "exercise.rs is missing").await;
    browser.shows(CARD, "cargo course reset 03-visit-counter").await;

    course.save_from_museum("visit-counter", "solution.rs");
    browser.shows(&inside(".course-state"), "done").await;
    browser.shows(".course-tally", "1 of 6 done").await;
    browser.shows(&inside(".course-verdict"), "What it was about").await;
    browser.shows(&inside(".course-verdict"), "Next: ").await;
    assert_eq!(
        browser.run("return window.sameDocument").await,
        true,
        "the page was reloaded"
    );

    // All that the page asked for came from this server, and the browser had no complaint.
    let elsewhere = browser.run(
        "return performance.getEntriesByType('resource').map((one) => one.name)
            .filter((name) => !name.startsWith(location.origin + '/') && !name.startsWith('data:'))",
    );
    assert_eq!(elsewhere.await, json!([]));
    assert_eq!(browser.complaints().await, [""; 0]);
    // The book's own search works under the policy of these pages.
    browser.client.goto(&format!("{}/{PAGE}?search=mutex", course.url())).await.unwrap();
    browser.shows("#mdbook-searchresults", "Shared state").await;
    assert_eq!(browser.complaints().await, [""; 0]);
    browser.stop().await;
}

#[tokio::test]
async fn a_browser_comes_in_by_the_printed_address_alone() {
    let _alone = alone().await;
    let mut course = Course::copied();
    course.start(None);
    let browser = Browser::start(Look::default()).await;
    let plain = format!("{}/{PAGE}", course.url());
    browser.client.goto(&plain).await.unwrap();
    browser.shows("h1", "This browser has no key").await;
    if let Some(shots) = std::env::var_os("COURSE_SHOTS").map(std::path::PathBuf::from) {
        let shot = browser.client.screenshot().await.unwrap();
        std::fs::write(shots.join("no-key.png"), shot).unwrap();
    }
    browser.client.goto(&course.page(PAGE)).await.unwrap();
    browser.shows(".course-tally", "0 of 6 done").await;
    // The key is a cookie by now, which no script can read, and not in the address any more.
    assert_eq!(browser.run("return location.href").await, plain);
    assert_eq!(browser.run("return document.cookie").await, "");
    browser.client.goto(&plain).await.unwrap();
    browser.shows(".course-tally", "0 of 6 done").await;
    // The next run has the same.
    let port = course.port();
    course.stop();
    course.start(Some(port));
    browser.client.goto(&plain).await.unwrap();
    browser.shows(".course-tally", "0 of 6 done").await;
    browser.stop().await;
}

/// The two sizes that every part is looked at in.
const LOOKS: [Look; 2] = [
    Look { width: 1280, height: 900, phone: false, script: true },
    Look { width: 390, height: 844, phone: true, script: true },
];

#[tokio::test]
async fn a_card_stands_where_the_page_has_the_exercise() {
    let _alone = alone().await;
    let mut course = Course::copied();
    course.start(None);
    for look in LOOKS {
        let browser = open(&course, look).await;
        browser.shows(&inside(".course-state"), "not started").await;
        // What the page says of it is what the card says, and nothing twice.
        let said = browser.text(CARD).await;
        for words in [
            "Exercise: A counter that loses visits",
            "10 min",
            "No visit is lost, and none waits for another’s journal.",
            "chapters/03-shared-state/exercises/visit-counter/exercise.rs",
            "Check",
            "Show hint 1 of 3",
        ] {
            assert_eq!(said.matches(words).count(), 1, "`{words}` in\n{said}");
        }
        assert!(
            !said.contains("(10 minutes)") && !said.contains("cargo course"),
            "{said}"
        );
        browser.holds(&format!("document.querySelector('{CARD} .course-goal em')")).await;
        let headings = browser.run(
            "return [...document.querySelectorAll('main :is(h2, h3)')].map((one) => one.innerText.trim())",
        );
        let headings = headings.await;
        let headings: Vec<&str> = headings
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one.as_str().unwrap())
            .collect();
        let at =
            |words: &str| headings.iter().position(|one| one.starts_with(words)).unwrap();
        let guard = at("A guard ends");
        assert!(at("Exercise: A counter that") < guard, "{headings:?}");
        assert!(guard < at("Exercise: A handler that"), "{headings:?}");
        // The list at the end is a line for each, and has the card of the one that the page forgot.
        browser.holds("document.querySelectorAll('.course-row').length === 5").await;
        browser
            .holds("document.querySelectorAll('.course-list .course-card').length === 1")
            .await;
        browser.shows(".course-list #exercise-sharded-db", "The database, sharded").await;
        let list = browser.text(".course-panel").await;
        assert_eq!(list.matches("A counter that loses visits").count(), 1, "{list}");
        browser.holds("!document.querySelector('main li > a[href=\"#exercise-visit-counter\"]:not(.course-row)')").await;
        let row = "document.querySelector('.course-row').getBoundingClientRect().height";
        browser.holds(&format!("{row} < {}", if look.phone { 90 } else { 50 })).await;
        let row = Locator::Css(".course-row[href='#exercise-visit-counter']");
        browser.client.find(row).await.unwrap().click().await.unwrap();
        browser
            .holds(&format!(
                "((box) => box.top > 0 && box.top < 300)(
                    document.querySelector(\"{CARD}\").getBoundingClientRect())"
            ))
            .await;
        // Nothing is wider than the window.
        browser.holds("document.scrollingElement.scrollWidth <= innerWidth").await;
        // One that stands on the deeper page has its card there.
        let row = Locator::Css(".course-row[href$='#exercise-read-mostly']");
        browser.client.find(row).await.unwrap().click().await.unwrap();
        browser
            .shows(".course-card#exercise-read-mostly .course-state", "not started")
            .await;
        browser.holds("location.pathname.endsWith('03-shared-state-deeper.html')").await;
        browser.holds("!document.querySelector('.course-panel')").await;
        // The old address of a card leads to it, too.
        let old = format!("{}/{PAGE}#exercise-03-job-queue", course.url());
        browser.client.goto("about:blank").await.unwrap();
        browser.client.goto(&old).await.unwrap();
        browser
            .holds("((box) => box && box.top > 0 && box.top < 300)(
                document.querySelector('.course-card#exercise-job-queue')?.getBoundingClientRect())")
            .await;
        assert_eq!(browser.complaints().await, [""; 0]);
        browser.stop().await;
    }
}

const CHOICE: &str = "#predict-03-visits";
const TYPED: &str = "#predict-03-gets";

async fn is_open(browser: &Browser, question: &str, open: bool) {
    let fold = format!("document.querySelector('{question} + details').open === {open}");
    browser.holds(&fold).await;
}

#[tokio::test]
async fn a_prediction_is_made_by_keyboard_and_kept() {
    let _alone = alone().await;
    let mut course = Course::copied();
    course.start(None);
    for look in LOOKS {
        let browser = open(&course, look).await;
        browser.shows(&format!("{CHOICE} legend"), "Predict").await;
        is_open(&browser, CHOICE, false).await;
        // The fold is anybody's, whether or not something was predicted.
        let fold = format!("{CHOICE} + details > summary");
        for open in [true, false] {
            browser
                .client
                .find(Locator::Css(&fold))
                .await
                .unwrap()
                .click()
                .await
                .unwrap();
            is_open(&browser, CHOICE, open).await;
        }
        // A screen reader hears the question, the answers, and what came of it.
        let heard = format!(
            "((set) => document.getElementById(set.getAttribute('aria-describedby')).innerText
                .includes('What does the counter say') && [...set.querySelectorAll('input')]
                .every((one) => one.labels.length === 1))(document.querySelector('{CHOICE} fieldset'))"
        );
        browser.holds(&heard).await;
        browser
            .holds(&format!(
                "document.querySelector('{CHOICE} [role=status][aria-live=polite]')"
            ))
            .await;
        // Nothing is predicted by an empty answer.
        browser.run(&format!("document.querySelector('{CHOICE} input').focus()")).await;
        browser.press(&Key::Enter.to_string()).await;
        browser.shows(&format!("{CHOICE} [role=alert]"), "Choose an answer first.").await;
        for _ in 0..2 {
            browser.press(&Key::Down.to_string()).await;
        }
        browser.press(&Key::Up.to_string()).await;
        browser
            .holds(&format!("document.querySelectorAll('{CHOICE} input')[1].checked"))
            .await;
        browser.press(&Key::Tab.to_string()).await;
        assert_eq!(
            browser.run("return document.activeElement.innerText").await,
            "That is my prediction"
        );
        is_open(&browser, CHOICE, false).await;
        browser.press(&Key::Enter.to_string()).await;
        let outcome = format!("{CHOICE} .course-outcome");
        browser.shows(&outcome, "You said one; what happened is ten").await;
        is_open(&browser, CHOICE, true).await;
        // The keyboard is where it was.
        browser
            .holds(&format!(
                "document.querySelector('{CHOICE}').contains(document.activeElement)"
            ))
            .await;
        // A wrong one names what one has to believe to come to it, why that is not so, and where to
        // read about it.
        let mistakes = course.read("book/src/mistakes.md");
        let entry = mistakes.split("{#check-then-act}").nth(1).unwrap();
        let belief = entry.split("**Belief** ").nth(1).unwrap();
        let belief: Vec<&str> = belief.split_whitespace().take(3).collect();
        for words in [
            "recorded",
            "the total is   10",
            "belief",
            &belief.join(" "),
            "because",
            "read",
            "chapter 3",
        ] {
            browser.shows(&outcome, words).await;
        }
        browser.holds(&format!("document.querySelector('{outcome} a[href=\"mistakes.html#check-then-act\"]')")).await;
        browser
            .holds(&format!("document.querySelector('{outcome} a[href*=\".html#\"]')"))
            .await;
        browser.shows(&format!("{CHOICE} [data-signs=you]"), "your prediction").await;
        browser.shows(&format!("{CHOICE} [data-signs=recorded]"), "what happened").await;

        browser.run(&format!("document.querySelector('{TYPED} input').focus()")).await;
        browser.press("paris").await;
        browser.press(&Key::Enter.to_string()).await;
        browser.shows(&format!("{TYPED} .course-outcome"), "As you said: Paris.").await;
        is_open(&browser, TYPED, true).await;
        browser.holds("document.scrollingElement.scrollWidth <= innerWidth").await;
        if let Some(shots) =
            std::env::var_os("COURSE_SHOTS").map(std::path::PathBuf::from)
        {
            browser
                .run(&format!("document.querySelector('{CHOICE}').scrollIntoView()"))
                .await;
            let shot = browser.client.screenshot().await.unwrap();
            std::fs::write(shots.join(format!("predicted-{}.png", look.width)), shot)
                .unwrap();
        }

        assert_eq!(browser.complaints().await, [""; 0]);

        // All of it outlives a reload, and the course itself.
        let port = course.port();
        course.stop();
        course.start(Some(port));
        browser.client.refresh().await.unwrap();
        browser.shows(&outcome, "You said one; what happened is ten").await;
        browser.shows(&format!("{TYPED} .course-outcome"), "As you said: Paris.").await;
        is_open(&browser, CHOICE, true).await;
        browser
            .holds(&format!(
                "document.querySelectorAll('{CHOICE} input:disabled').length === 3"
            ))
            .await;

        // Who wants to be asked again is.
        for question in [CHOICE, TYPED] {
            browser
                .run(&format!(
                    "document.querySelector('{question} .course-plain').focus()"
                ))
                .await;
            browser.press(&Key::Enter.to_string()).await;
            browser
                .holds(&format!(
                    "document.querySelector('{question}').dataset.look === 'asked'"
                ))
                .await;
            is_open(&browser, question, false).await;
            browser
                .holds(&format!("document.activeElement.matches('{question} input')"))
                .await;
        }
        browser.stop().await;
    }
}

#[tokio::test]
async fn every_tab_shows_the_same() {
    let _alone = alone().await;
    let mut course = Course::copied();
    course.start(None);
    let browser = open(&course, Look::default()).await;
    let first = browser.client.window().await.unwrap();
    let second = browser.client.new_window(true).await.unwrap().handle;
    browser.client.switch_to_window(second.clone()).await.unwrap();
    browser.client.goto(&format!("{}/{PAGE}", course.url())).await.unwrap();
    browser.shows(&inside(".course-state"), "not started").await;
    course.save_from_museum("visit-counter", "wrong/holds_the_guard.rs");
    browser.shows(&inside(".course-verdict"), "guard-across-await").await;
    browser.client.switch_to_window(first).await.unwrap();
    browser.shows(&inside(".course-verdict"), "guard-across-await").await;
    // A third one, opened later, knows it too; and so does a page of another chapter.
    browser.client.refresh().await.unwrap();
    browser.shows(&inside(".course-verdict"), "guard-across-await").await;
    browser.client.goto(&format!("{}/02-spawning.html", course.url())).await.unwrap();
    browser.shows(".course-tally", "0 of 5 done").await;
    course.save_from_museum("visit-counter", "solution.rs");
    browser.shows(".course-news", "done").await;
    browser
        .client
        .find(Locator::Css(".course-news a"))
        .await
        .unwrap()
        .click()
        .await
        .unwrap();
    browser.shows(&inside(".course-state"), "done").await;
    // Below the bar of the window, and not where it stood before the cards above it grew.
    browser
        .holds(&format!(
            "((box) => box.top > 0 && box.top < 300)(
                document.querySelector(\"{CARD}\").getBoundingClientRect())"
        ))
        .await;
    browser.stop().await;
}

#[tokio::test]
async fn a_page_outlives_the_server() {
    let _alone = alone().await;
    let mut course = Course::copied();
    course.start(None);
    let port = course.port();
    let browser = open(&course, Look::default()).await;
    browser.shows(".course-tally", "0 of 6 done").await;
    course.stop();
    browser.shows(".course-panel", "Not connected").await;
    browser
        .holds("document.querySelector('.course-buttons button').ariaDisabled === 'true'")
        .await;
    course.save_from_museum("visit-counter", "wrong/holds_the_guard.rs");
    course.start(Some(port));
    // It has learned of the new run, and may act in it.
    browser.shows(&inside(".course-state"), "failing").await;
    browser.holds("document.documentElement.dataset.course === 'connected'").await;
    let button = "#exercise-job-queue .course-buttons button";
    browser.client.find(Locator::Css(button)).await.unwrap().click().await.unwrap();
    browser.shows("#exercise-job-queue .course-verdict", "scrutinee-guard").await;
    browser.stop().await;
}

#[tokio::test]
async fn hints_come_one_at_a_time_by_keyboard() {
    let _alone = alone().await;
    let mut course = Course::copied();
    course.start(None);
    let browser = open(&course, Look::default()).await;
    browser.shows(".course-tally", "0 of 6 done").await;
    // From the first button on, by keys alone.
    browser.run(&format!("document.querySelector(\"{CARD} button\").focus()")).await;
    let labels = async || browser.run("return document.activeElement.innerText").await;
    while !labels().await.as_str().unwrap().starts_with("Show hint") {
        browser.press(&Key::Tab.to_string()).await;
        let inside = format!(
            "document.querySelector(\"{CARD}\").contains(document.activeElement)"
        );
        browser.holds(&inside).await;
    }
    for shown in 1..=3 {
        browser.press(&Key::Enter.to_string()).await;
        browser
            .holds(&format!(
                "document.querySelectorAll('{CARD} .course-hints > li').length === {shown}"
            ))
            .await;
        // The place of the keyboard is kept.
        assert!(labels().await.as_str().unwrap().to_lowercase().contains("hint"));
    }
    browser.shows(&inside(".course-hints"), "critical section").await;
    browser.shows(&inside(".course-hints pre"), "let number = {").await;
    assert_eq!(labels().await, "All hints are shown");
    browser.client.refresh().await.unwrap();
    browser
        .holds("document.querySelectorAll('#exercise-visit-counter .course-hints > li').length === 3")
        .await;
    browser.stop().await;
}

#[tokio::test]
async fn without_the_watch_a_click_checks() {
    let _alone = alone().await;
    let mut course = Course::copied();
    course.start_with(&["--no-watch"], &[]);
    let browser = open(&course, Look::default()).await;
    browser.shows(".course-note code", "--no-watch").await;
    course.save_from_museum("visit-counter", "wrong/holds_the_guard.rs");
    let click = format!(
        "[...document.querySelectorAll('{}')].find((one) => one.innerText === 'Check').click()",
        inside("button")
    );
    browser.run(&click).await;
    browser.shows(&inside(".course-verdict"), "guard-across-await").await;
    browser.stop().await;
}

#[tokio::test]
async fn every_page_lives_under_its_policy() {
    let _alone = alone().await;
    let mut course = Course::copied();
    course.start(None);
    let browser = open(&course, Look::default()).await;
    browser.shows(".course-tally", "0 of 6 done").await;
    let pages = browser.run(
        "return [...document.querySelectorAll('#mdbook-sidebar a')].map((one) => one.href)
            .filter((href) => !href.includes('#'))",
    );
    let pages = pages.await;
    let pages = pages.as_array().unwrap();
    assert!(pages.len() > 6, "{pages:?}");
    for page in pages {
        browser.client.goto(page.as_str().unwrap()).await.unwrap();
        browser.holds("document.documentElement.dataset.course === 'connected'").await;
        // Whatever comes alive has done so.
        browser.holds("!document.querySelector('main :is(.exercise, .predict)')").await;
        // Pictures too are of this server, and are shown.
        browser
            .holds(
                "[...document.querySelectorAll('main img')]
                    .every((one) => one.complete && one.naturalWidth > 0)",
            )
            .await;
        assert_eq!(browser.complaints().await, [""; 0], "{page}");
    }
    browser.stop().await;
}

#[tokio::test]
async fn open_is_for_the_readers_editor() {
    let _alone = alone().await;
    let mut course = Course::copied();
    let file = course.file("visit-counter");
    // Without an editor that has a window, it is a link that VS Code understands.
    course.start(None);
    let browser = open(&course, Look::default()).await;
    browser.shows(&inside(".course-file"), "Open in VS Code").await;
    let link = inside(".course-file a");
    let href = browser
        .run(&format!("return decodeURI(document.querySelector('{link}').href)"))
        .await;
    assert_eq!(href, format!("vscode://file{}", file.display()));
    let href = browser
        .run("return document.querySelector('main p > code > a.course-file-name').href");
    let stage = course.root.join("chapters/03-shared-state/examples/03-shared-state.rs");
    assert_eq!(href.await, format!("vscode://file{}", stage.display()));
    browser.stop().await;
    course.stop();

    let opened = course.root.join(".course/opened");
    let editor = course.root.join(".course/editor");
    std::fs::write(
        &editor,
        format!(
            "#!/bin/sh\necho \"$1\" > '{0}.new'\nmv '{0}.new' '{0}'\n",
            opened.display()
        ),
    )
    .unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(&editor, std::fs::Permissions::from_mode(0o755))
            .unwrap();
    }
    course.start_with(&[], &[("VISUAL", editor.to_str().unwrap())]);
    let browser = open(&course, Look::default()).await;
    browser.shows(&inside(".course-file"), "Open in editor").await;
    let button = inside(".course-file button");
    browser.client.find(Locator::Css(&button)).await.unwrap().click().await.unwrap();
    let began = Instant::now();
    while !opened.exists() {
        assert!(began.elapsed() < course_browser::DEADLINE, "the editor was not started");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let told = std::fs::read_to_string(&opened).unwrap();
    assert_eq!(told.trim_end(), file.to_str().unwrap());
    // So is the file that is named above an excerpt.
    std::fs::remove_file(&opened).unwrap();
    browser
        .run("document.querySelector('main p > code > button.course-file-name').click()")
        .await;
    while !opened.exists() {
        assert!(began.elapsed() < course_browser::DEADLINE, "the editor was not started");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let stage = course.root.join("chapters/03-shared-state/examples/03-shared-state.rs");
    assert_eq!(
        std::fs::read_to_string(&opened).unwrap().trim_end(),
        stage.to_str().unwrap()
    );
    // What goes wrong after it was started is said, too.
    std::fs::write(&editor, "#!/bin/sh\nexit 3\n").unwrap();
    browser.client.find(Locator::Css(&button)).await.unwrap().click().await.unwrap();
    browser.shows(".course-panel", "The editor editor failed").await;
    browser.stop().await;
}

#[tokio::test]
async fn without_javascript_the_page_is_whole() {
    let _alone = alone().await;
    let mut course = Course::copied();
    course.start(None);
    let browser = open(&course, Look { script: false, ..Look::default() }).await;
    let main = browser.client.find(Locator::Css("main")).await.unwrap();
    let text = main.text().await.unwrap();
    for part in ["Shared state", "What you now know", "visit-counter/exercise.rs"] {
        assert!(text.contains(part), "no `{part}`");
    }
    assert!(!text.contains("Your exercises"));
    // So do the questions and the exercises, as the page has them.
    for (selector, count) in [
        ("ol.predict > li", 3),
        ("p.predict", 1),
        (".exercise pre", 4),
        ("main form, main input, main button", 0),
    ] {
        let found = browser.client.find_all(Locator::Css(selector)).await.unwrap();
        assert_eq!(found.len(), count, "{selector}");
    }
    if let Some(shots) = std::env::var_os("COURSE_SHOTS").map(std::path::PathBuf::from) {
        let question = browser.client.find(Locator::Css(".predict")).await.unwrap();
        question.screenshot().await.unwrap();
        let shot = browser.client.screenshot().await.unwrap();
        std::fs::write(shots.join("static.png"), shot).unwrap();
    }
    assert!(browser.client.find_all(Locator::Css(".course")).await.unwrap().is_empty());
    // The table of contents is a frame of the same page then.
    browser.client.enter_frame(0).await.unwrap();
    let contents = browser.client.find(Locator::Css("body")).await.unwrap();
    assert!(contents.text().await.unwrap().contains("Spawning"));
    browser.stop().await;
}

#[tokio::test]
async fn what_an_answer_prints_is_text() {
    let _alone = alone().await;
    let mut course = Course::copied();
    course.start(None);
    let browser = open(&course, Look::default()).await;
    browser.shows(".course-tally", "0 of 6 done").await;
    let wrong =
        course.read("solutions/03-shared-state/visit-counter/wrong/holds_the_guard.rs");
    let print =
        "{\n    println!(\"<img src=x onerror='window.harmed = true'><b>bold</b>\");";
    course.save(
        "visit-counter",
        &wrong.replacen("-> u64 {", &format!("-> u64 {print}"), 1),
    );
    browser.shows(&inside(".course-state"), "failing").await;
    browser
        .run(&format!("document.querySelector('{CARD} .course-said').open = true"))
        .await;
    browser
        .shows(&inside("pre"), "<img src=x onerror='window.harmed = true'><b>bold</b>")
        .await;
    assert_eq!(
        browser.run("return window.harmed ?? null").await,
        serde_json::Value::Null
    );
    browser.stop().await;
}

#[tokio::test]
async fn another_site_can_neither_act_nor_frame_nor_listen() {
    let _alone = alone().await;
    let mut course = Course::copied();
    course.start(None);
    let evil = evil_site().await;
    // It was let in, and sends the key to every port of this host.
    let browser = open(&course, Look::default()).await;
    browser.shows(".course-tally", "0 of 6 done").await;
    browser.client.goto(&evil).await.unwrap();
    let url = course.url();
    let tried = browser.client.execute_async(
        "const [url, done] = arguments;
         const tries = [
           fetch(url + '/live/hint', { method: 'POST', body: '03-visit-counter', mode: 'no-cors' })
             .then((answer) => 'sent ' + answer.type, () => 'refused'),
           fetch(url + '/live/hint', { method: 'POST', body: '03-visit-counter',
               headers: { 'x-course-token': 'x' } }).then(() => 'answered', () => 'refused'),
           fetch(url + '/03-shared-state.html').then(() => 'read', () => 'refused'),
           new Promise((tell) => {
             const source = new EventSource(url + '/live/events');
             source.onopen = () => tell('open');
             source.onerror = () => tell('refused');
           }),
           new Promise((tell) => {
             const script = document.createElement('script');
             script.src = url + '/live/panel.js';
             script.onload = () => tell('loaded');
             script.onerror = () => tell('refused');
             document.head.append(script);
           }),
         ];
         Promise.all(tries).then(done);",
        vec![url.into()],
    );
    let tried = tried.await;
    assert_eq!(
        tried.unwrap(),
        json!(["refused", "refused", "refused", "refused", "refused"])
    );
    let script = format!(
        "const frame = document.createElement('iframe'); frame.src = '{url}/{PAGE}';
         document.body.append(frame);"
    );
    browser.run(&script).await;
    browser
        .client
        .wait()
        .at_most(Duration::from_secs(20))
        .for_element(Locator::Css("iframe"))
        .await
        .unwrap();
    browser.client.enter_frame(0).await.unwrap();
    browser
        .holds("document.readyState === 'complete' && location.href !== 'about:blank'")
        .await;
    assert_eq!(browser.text(".course, main").await, "", "a frame shows the book");
    // No hint was given.
    browser.client.goto(&format!("{url}/{PAGE}")).await.unwrap();
    browser.shows(&inside(".course-buttons"), "hint 1 of 3").await;
    browser.stop().await;
}

/// A page of another origin.
async fn evil_site() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = stream.read(&mut [0; 4096]).await;
            let page = "<!doctype html><title>evil</title><body>";
            let answer = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {}\r\n\
                 connection: close\r\n\r\n{page}",
                page.len()
            );
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    url
}

/// The lowest contrast of any text of the panel against what lies behind it, with that text.
const CONTRAST: &str = "
    const channels = (color) => color.match(/[\\d.]+/g).map(Number);
    const light = ([r, g, b]) => {
      const [x, y, z] = [r, g, b].map((c) => c / 255)
        .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
      return 0.2126 * x + 0.7152 * y + 0.0722 * z;
    };
    const behind = (element) => {
      for (let at = element; at; at = at.parentElement) {
        const color = channels(getComputedStyle(at).backgroundColor);
        if (color.length < 4 || color[3] === 1) return color;
      }
      return [255, 255, 255];
    };
    let worst = [21, ''];
    let texts = 0;
    for (const root of document.querySelectorAll('.course')) {
      const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        const element = walker.currentNode.parentElement;
        if (!walker.currentNode.data.trim() || !element.checkVisibility()) continue;
        texts += 1;
        const a = light(channels(getComputedStyle(element).color));
        const b = light(behind(element));
        const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        if (ratio < worst[0]) worst = [ratio, walker.currentNode.data.slice(0, 60)];
      }
    }
    return [texts, ...worst];";

#[tokio::test]
async fn every_text_is_readable_in_every_theme_and_on_a_phone() {
    let _alone = alone().await;
    let mut course = Course::copied();
    course.start(None);
    course.save_from_museum("visit-counter", "wrong/holds_the_guard.rs");
    let shots = std::env::var_os("COURSE_SHOTS").map(std::path::PathBuf::from);
    for (device, look) in [
        ("desktop", Look::default()),
        ("phone", Look { width: 390, height: 844, phone: true, script: true }),
    ] {
        let browser = open(&course, look).await;
        browser.shows(&inside(".course-state"), "failing").await;
        if device == "desktop" {
            course.save(
                "spawnable-handler",
                &course
                    .read("solutions/03-shared-state/spawnable-handler/stub.rs")
                    .replacen("use ", "use nowhere::nothing;\nuse ", 1),
            );
            browser
                .shows("#exercise-spawnable-handler .course-state", "does not compile")
                .await;
            course.save_from_museum("job-queue", "solution.rs");
            browser.shows("#exercise-job-queue .course-state", "done").await;
            browser.run(&format!("document.querySelector(\"{CARD} .course-buttons button + button\").click()")).await;
        }
        browser
            .holds("document.querySelector('#exercise-visit-counter .course-hints > li')")
            .await;
        for theme in THEMES {
            let script = format!("localStorage.setItem('mdbook-theme', '{theme}')");
            browser.run(&script).await;
            browser.client.refresh().await.unwrap();
            browser.shows(".course-tally", "1 of 6 done").await;
            browser.run("for (const one of document.querySelectorAll('.course details')) one.open = true;
                document.querySelector('.course-news').hidden = false;
                document.querySelector('.course-news-state').textContent = 'word '.repeat(40)").await;
            let measured = browser.run(CONTRAST).await;
            assert!(measured[0].as_u64().unwrap() > 100, "{measured}");
            assert!(measured[1].as_f64().unwrap() >= 4.5, "{theme}: {measured}");
            // Nothing is wider than the window.
            browser.holds("document.scrollingElement.scrollWidth <= innerWidth").await;
            browser
                .holds(
                    "((box) => box.left >= 8 && box.right <= innerWidth - 8)(
                        document.querySelector('.course-news').getBoundingClientRect())",
                )
                .await;
            if let Some(shots) = &shots {
                browser.run("document.querySelector('.course-news').hidden = true;
                    document.querySelectorAll('.course-said').forEach((one) => { one.open = false; });
                    scrollTo({ top: 0, behavior: 'instant' })").await;
                for part in 0..7 {
                    let shot = browser.client.screenshot().await.unwrap();
                    std::fs::write(
                        shots.join(format!("{device}-{theme}-{part}.png")),
                        shot,
                    )
                    .unwrap();
                    browser
                        .run("scrollBy({ top: innerHeight * 0.85, behavior: 'instant' })")
                        .await;
                }
            }
        }
        browser.stop().await;
    }
}
