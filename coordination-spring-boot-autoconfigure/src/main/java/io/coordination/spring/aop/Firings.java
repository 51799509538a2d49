/*
 * Copyright 2026 the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */
package io.coordination.spring.aop;

import java.time.Duration;
import java.time.Instant;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.scheduling.SchedulingAwareRunnable;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.Trigger;
import org.springframework.scheduling.TriggerContext;
import org.springframework.scheduling.annotation.SchedulingConfigurer;
import org.springframework.scheduling.config.ScheduledTaskRegistrar;
import org.springframework.scheduling.config.TaskSchedulerRouter;

/**
 * Tells methods with {@link io.coordination.spring.annotation.DistributedLock#once} for which time their call was planned. It
 * stands between {@code @Scheduled} and the application's scheduler, if there are such methods, and has each trigger tell it
 * what it planned. To be a bean, and given to {@link LockAnnotationBeanPostProcessor}.
 */
public final class Firings implements SchedulingConfigurer, BeanFactoryAware, DisposableBean {

    private final Set<String> tasks = ConcurrentHashMap.newKeySet();
    private final SimpleAsyncTaskExecutor late = new SimpleAsyncTaskExecutor("coordination-firing-");
    private @Nullable BeanFactory beans;
    private @Nullable TaskSchedulerRouter router;
    private volatile boolean planned;

    /** Knows of no method yet. */
    public Firings() {
        late.setDaemon(true);
    }

    @Override
    public void setBeanFactory(BeanFactory beanFactory) {
        beans = beanFactory;
    }

    /** A method whose planned times are asked for. */
    void add(Site site, FiringSite firing) {
        if (planned && !tasks.containsAll(firing.tasks())) {
            throw site.bad("once needs its bean before the application's schedule is made; do not make it lazily");
        }
        tasks.addAll(firing.tasks());
    }

    /** For what can not be run on the thread that came for it. */
    Executor late() {
        return late;
    }

    /**
     * Puts itself before the scheduler. Runs last, so that it finds the one that the application set.
     *
     * @param registrar all that is to be scheduled
     */
    @Override
    public void configureTasks(ScheduledTaskRegistrar registrar) {
        planned = true;
        if (tasks.isEmpty()) {
            return;
        }
        var scheduler = registrar.getScheduler();
        if (scheduler == null) {
            // As Spring does by itself where nobody set one.
            router = new TaskSchedulerRouter();
            router.setBeanName("coordinationFirings");
            router.setBeanFactory(beans);
            scheduler = router;
        }
        registrar.setTaskScheduler(new Scheduler(scheduler));
    }

    @Override
    public void destroy() {
        var own = router;
        if (own != null) {
            own.destroy();
        }
    }

    /** The application's scheduler, that tells for what it runs. */
    private final class Scheduler implements TaskScheduler {

        private final TaskScheduler scheduler;

        Scheduler(TaskScheduler scheduler) {
            this.scheduler = scheduler;
        }

        @Override
        public @Nullable ScheduledFuture<?> schedule(Runnable work, Trigger trigger) {
            if (!tasks.contains(work.toString())) {
                return scheduler.schedule(work, trigger);
            }
            var task = new Task(work, trigger);
            return scheduler.schedule(task, task);
        }

        @Override
        public ScheduledFuture<?> scheduleAtFixedRate(Runnable work, Instant start, Duration period) {
            var planned = tasks.contains(work.toString()) ? schedule(work, new Grid(start, period)) : null;
            return planned == null ? scheduler.scheduleAtFixedRate(work, start, period) : planned;
        }

        @Override
        public ScheduledFuture<?> scheduleAtFixedRate(Runnable work, Duration period) {
            var planned = tasks.contains(work.toString()) ? schedule(work, new Grid(Instant.EPOCH, period)) : null;
            return planned == null ? scheduler.scheduleAtFixedRate(work, period) : planned;
        }

        @Override
        public ScheduledFuture<?> schedule(Runnable work, Instant start) {
            return scheduler.schedule(work, start);
        }

        @Override
        public ScheduledFuture<?> scheduleWithFixedDelay(Runnable work, Instant start, Duration delay) {
            return scheduler.scheduleWithFixedDelay(work, start, delay);
        }

        @Override
        public ScheduledFuture<?> scheduleWithFixedDelay(Runnable work, Duration delay) {
            return scheduler.scheduleWithFixedDelay(work, delay);
        }
    }

    /** A task together with its trigger. A scheduler may ask for the next time before it runs what was planned for the last. */
    private static final class Task implements SchedulingAwareRunnable, Trigger {

        private final Runnable work;
        private final Trigger trigger;
        private final Queue<Instant> times = new ConcurrentLinkedQueue<>();

        Task(Runnable work, Trigger trigger) {
            this.work = work;
            this.trigger = trigger;
        }

        @Override
        public @Nullable Instant nextExecution(TriggerContext context) {
            var next = trigger.nextExecution(context);
            if (next != null) {
                times.add(next);
            }
            return next;
        }

        @Override
        public void run() {
            var time = times.poll();
            if (time == null) {
                work.run();
            } else {
                new Planned(work.toString(), time).run(work);
            }
        }

        @Override
        public boolean isLongLived() {
            return work instanceof SchedulingAwareRunnable aware && aware.isLongLived();
        }

        @Override
        public @Nullable String getQualifier() {
            return work instanceof SchedulingAwareRunnable aware ? aware.getQualifier() : null;
        }

        @Override
        public String toString() {
            return work.toString();
        }
    }

    /** A fixed rate whose times are the same on every member: the whole multiples of the period since 1970. */
    record Grid(Instant start, Duration period) implements Trigger {

        @Override
        public Instant nextExecution(TriggerContext context) {
            var last = context.lastScheduledExecution();
            var completed = context.lastCompletion();
            var after = completed == null ? context.getClock().instant().minusMillis(1) : completed;
            if (last != null && last.isAfter(after)) {
                after = last;
            }
            if (start.isAfter(after)) {
                after = start.minusMillis(1);
            }
            var millis = Math.max(period.toMillis(), 1);
            return Instant.ofEpochMilli((Math.floorDiv(after.toEpochMilli(), millis) + 1) * millis);
        }
    }
}
